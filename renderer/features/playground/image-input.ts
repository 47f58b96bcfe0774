/** Pictures that go along with a question: read from files, the clipboard or a drop. */
import type { Image } from '../../chat/conversation.ts';
import { bytes, plural } from '../../format.ts';

const MAX_IMAGES = 6;
/** A data URL is a third longer; the gateway takes bodies up to 32 MiB. */
const MAX_BYTES = 4 * 1024 * 1024;
const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
export const IMAGE_TYPES = TYPES.join(',');

/** The pictures among these files; `wrong`: why some were left out. */
export async function readImages(
  files: readonly File[],
  already: number,
): Promise<{ readonly images: readonly Image[]; readonly wrong: string | null }> {
  const right = files.filter((file) => TYPES.includes(file.type) && file.size <= MAX_BYTES);
  const taken = right.slice(0, Math.max(0, MAX_IMAGES - already));
  const images = await Promise.all(taken.map(async (file) => ({ name: file.name, url: await dataUrl(file) })));
  const wrong =
    right.length < files.length
      ? `Pictures are PNG, JPEG, WebP or GIF of up to ${bytes(MAX_BYTES)}.`
      : taken.length < right.length
        ? `At most ${plural(MAX_IMAGES, 'picture')} go along.`
        : null;
  return { images, wrong };
}

const dataUrl = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
