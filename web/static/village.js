// What script adds to the village's page: a button that copies the message for the group.

const button = document.getElementById('copy');
const message = document.getElementById('message');

if (button && message) {
  button.hidden = false;
  button.addEventListener('click', () => {
    message.select();
    const said = () => { button.textContent = button.dataset.done; };
    if (navigator.clipboard) navigator.clipboard.writeText(message.value).then(said, () => {});
    else if (document.execCommand('copy')) said();
  });
}
