/** Cuts bytes that come in pieces of any size into lines of UTF-8. Gives the function that takes the next piece. */
export function lineReader(onLine: (line: string) => void): (piece: ArrayBuffer) => void {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  return (piece) => {
    const [first = '', ...more] = decoder.decode(piece, { stream: true }).split('\n');
    begun.push(first);
    for (const next of more) {
      const line = begun.join('');
      begun = [next];
      if (line !== '') onLine(line);
    }
  };
}
