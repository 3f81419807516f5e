// The goods picked for one household. Pure: the page draws it, the server decides.

export class Cart {
  constructor(goods) {
    this.goods = goods;  // [{sku, name, unit, points, on_hand, barcode}]
    this.picked = new Map();  // sku -> quantity
  }
  of(sku) { return this.picked.get(sku) || 0; }
  good(sku) { return this.goods.find((good) => good.sku === sku); }
  canAdd(sku) { return this.of(sku) < Math.min(99, this.good(sku).on_hand); }
  add(sku) {
    if (!this.canAdd(sku)) return false;
    this.picked.set(sku, this.of(sku) + 1);
    return true;
  }
  less(sku) {
    if (this.of(sku) > 1) this.picked.set(sku, this.of(sku) - 1);
    else this.picked.delete(sku);
  }
  clear() { this.picked.clear(); }
  get empty() { return this.picked.size === 0; }
  get total() {
    return this.goods.reduce((sum, good) => sum + good.points * this.of(good.sku), 0);
  }
  get lines() {
    return this.goods.filter((good) => this.of(good.sku))
      .map((good) => ({ sku: good.sku, quantity: this.of(good.sku) }));
  }
}
