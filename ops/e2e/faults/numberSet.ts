/** A set of small whole numbers, of which there are hundreds of thousands for each of hundreds of readers. */
export class NumberSet {
  #is = new Uint8Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(number: number): void {
    if (number >= this.#is.length) {
      const larger = new Uint8Array(Math.max(number + 1, this.#is.length * 2))
      larger.set(this.#is)
      this.#is = larger
    }
    if (this.#is[number] === 1) return
    this.#is[number] = 1
    this.#size += 1
  }

  has(number: number): boolean {
    return this.#is[number] === 1
  }

  /** All of them, ascending. */
  numbers(): readonly number[] {
    const numbers: number[] = []
    for (let number = 0; number < this.#is.length; number += 1) if (this.#is[number] === 1) numbers.push(number)
    return numbers
  }
}
