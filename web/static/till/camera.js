// The camera: looks for a code about eight times a second while `wanted()` says so.
import { decode } from './detector.js';

const EVERY = 120;  // ms between looks

export class Camera {
  constructor(video, { onCode, wanted }) {
    Object.assign(this, { video, onCode, wanted, stream: null });
  }

  /** -> true when a picture is there */
  async start() {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return false;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (_) {
      this.stop();
      return false;
    }
    this.look();
    return true;
  }

  stop() {
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  async look() {
    if (!this.stream) return;
    if (this.wanted() && !document.hidden && this.video.readyState >= 2) {
      const text = await decode(this.video).catch(() => null);
      if (text && this.wanted()) this.onCode(text, 'camera');
    }
    setTimeout(() => this.look(), EVERY);
  }

  get track() { return this.stream && this.stream.getVideoTracks()[0]; }

  get hasLamp() {
    const track = this.track;
    return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
  }

  lamp(on) { return this.track.applyConstraints({ advanced: [{ torch: on }] }); }
}
