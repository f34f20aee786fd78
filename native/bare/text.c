// Strings, and as much of printf as the sentences of this program need.
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
#if defined(__x86_64__)
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return start;
#else
  unsigned char *out = to;
  const unsigned char *in = from;
  while (length-- > 0) *out++ = *in++;
  return to;
#endif
}

void *memmove(void *to, const void *from, size_t length) {
  unsigned char *out = to;
  const unsigned char *in = from;
  if (out <= in || out >= in + length) return memcpy(to, from, length);
  while (length-- > 0) out[length] = in[length];
  return to;
}

void *memset(void *to, int value, size_t length) {
#if defined(__x86_64__)
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return start;
#else
  unsigned char *out = to;
  while (length-- > 0) *out++ = (unsigned char)value;
  return to;
#endif
}

int memcmp(const void *left, const void *right, size_t length) {
  const unsigned char *a = left, *b = right;
  for (; length > 0; a++, b++, length--) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

void *memchr(const void *bytes, int value, size_t length) {
  const unsigned char *at = bytes;
  for (; length > 0; at++, length--) {
    if (*at == (unsigned char)value) return (void *)(uintptr_t)at;
  }
  return NULL;
}

size_t strlen(const char *text) {
  const char *end = text;
  while (*end != '\0') end++;
  return (size_t)(end - text);
}

size_t strnlen(const char *text, size_t most) {
  const char *end = memchr(text, 0, most);
  return end == NULL ? most : (size_t)(end - text);
}

int strcmp(const char *left, const char *right) {
  while (*left != '\0' && *left == *right) left++, right++;
  return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t length) {
  for (; length > 0; left++, right++, length--) {
    if (*left != *right || *left == '\0') return (unsigned char)*left - (unsigned char)*right;
  }
  return 0;
}

char *strchr(const char *text, int wanted) {
  for (;; text++) {
    if (*text == (char)wanted) return (char *)(uintptr_t)text;
    if (*text == '\0') return NULL;
  }
}

char *strrchr(const char *text, int wanted) {
  const char *found = NULL;
  for (;; text++) {
    if (*text == (char)wanted) found = text;
    if (*text == '\0') return (char *)(uintptr_t)found;
  }
}

size_t strcspn(const char *text, const char *stops) {
  size_t length = 0;
  while (text[length] != '\0' && strchr(stops, text[length]) == NULL) length++;
  return length;
}

unsigned long strtoul(const char *restrict text, char **restrict end, int base) {
  unsigned long value = 0;
  const char *at = text;
  while (*at == ' ' || *at == '\t' || *at == '\n') at++;
  const char *digits = at;
  while (*at >= '0' && *at < '0' + base) value = value * (unsigned long)base + (unsigned long)(*at++ - '0');
  if (end != NULL) *end = (char *)(uintptr_t)(at == digits ? text : at);
  return value;
}

// A line that grows up to its room and counts on beyond it.
struct line {
  char *text;
  size_t room, length;
};

static void put(struct line *line, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (line->length + 1 < line->room) line->text[line->length] = text[i];
    line->length++;
  }
}

static void put_number(struct line *line, uint64_t value, unsigned base) {
  char digits[24], *at = digits + sizeof digits;
  do *--at = "0123456789abcdef"[value % base];
  while ((value /= base) != 0);
  put(line, at, (size_t)(digits + sizeof digits - at));
}

static void put_signed(struct line *line, int64_t value) {
  if (value < 0) put(line, "-", 1);
  put_number(line, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

struct conversion {
  size_t most; // of a string
  bool is_long;
  char letter;
};

static const char *read_conversion(const char *at, va_list *list, struct conversion *conversion) {
  *conversion = (struct conversion){.most = SIZE_MAX};
  if (*at == '.') {
    char *end;
    if (at[1] == '*') conversion->most = (size_t)va_arg(*list, int), at += 2;
    else conversion->most = strtoul(at + 1, &end, 10), at = end;
  }
  for (; *at == 'l' || *at == 'z'; at++) conversion->is_long = true;
  conversion->letter = *at;
  return at + 1;
}

static void convert(struct line *line, const struct conversion *conversion, va_list *list) {
  char character;
  const char *text;
  switch (conversion->letter) {
    case 's':
      text = va_arg(*list, const char *);
      put(line, text, strnlen(text, conversion->most));
      return;
    case 'c':
      character = (char)va_arg(*list, int);
      put(line, &character, 1);
      return;
    case 'd':
      put_signed(line, conversion->is_long ? va_arg(*list, long) : va_arg(*list, int));
      return;
    case 'u':
      put_number(line, conversion->is_long ? va_arg(*list, unsigned long) : va_arg(*list, unsigned), 10);
      return;
    case 'x':
      put_number(line, conversion->is_long ? va_arg(*list, unsigned long) : va_arg(*list, unsigned), 16);
      return;
    case '%':
      put(line, "%", 1);
      return;
    default:
      __builtin_trap(); // a format that this file does not know is a mistake in this program
  }
}

int vsnprintf(char *restrict text, size_t room, const char *restrict format, va_list arguments) {
  struct line line = {text, room, 0};
  va_list list;
  va_copy(list, arguments);
  while (*format != '\0') {
    size_t plain = strcspn(format, "%");
    put(&line, format, plain);
    format += plain;
    if (*format == '\0') break;
    struct conversion conversion;
    format = read_conversion(format + 1, &list, &conversion);
    convert(&line, &conversion, &list);
  }
  va_end(list);
  if (room > 0) text[line.length < room ? line.length : room - 1] = '\0';
  return (int)line.length;
}

int snprintf(char *restrict text, size_t room, const char *restrict format, ...) {
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, room, format, list);
  va_end(list);
  return length;
}

int dprintf(int fd, const char *restrict format, ...) {
  char text[2048];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  size_t left = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
  return write(fd, text, left) == (ssize_t)left ? length : -1;
}
