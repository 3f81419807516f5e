"""What an outsider runs without this house: each file stands alone and imports nothing of ours."""
