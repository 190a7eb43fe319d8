// Every text in English, by the path of its file.
export default import.meta.glob<Record<string, unknown>>(['./*.en.json', '../pages/*/en.json'], {
  eager: true,
  import: 'default',
});
