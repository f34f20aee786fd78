import { describe, expect, it } from 'vitest';
import { imageInput } from './image-input.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');

describe('imageInput', () => {
  it('makes a data URL of a picture, whatever its name was', () => {
    expect(imageInput(png)).toEqual({
      ok: true,
      value: { type: 'input_image', image_url: `data:image/png;base64,${png.toString('base64')}` },
    });
  });

  it.each([
    ['jpeg', Buffer.from('ffd8ffe0', 'hex')],
    ['gif', Buffer.from('GIF89a')],
    ['webp', Buffer.from('RIFF0000WEBPVP8 ')],
  ])('knows %s', (type, bytes) => {
    const image = imageInput(bytes);
    expect(image.ok && String(image.value['image_url']).startsWith(`data:image/${type};base64,`)).toBe(true);
  });

  it.each([
    ['a key', Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----')],
    ['nothing', Buffer.alloc(0)],
    ['the start of a picture', png.subarray(0, 4)],
  ])('refuses %s', (_says, bytes) => {
    expect(imageInput(bytes)).toEqual({ ok: false, error: 'it is no PNG, JPEG, GIF or WebP picture' });
  });

  it('refuses a picture larger than any server takes', () => {
    const huge = Buffer.concat([png, Buffer.alloc(20 * 1024 * 1024)]);
    expect(imageInput(huge)).toEqual({ ok: false, error: 'it is larger than 20971520 bytes' });
  });
});
