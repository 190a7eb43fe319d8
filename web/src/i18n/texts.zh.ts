// Every text in Chinese, by the path of its file.
export default import.meta.glob<Record<string, unknown>>(['./*.zh.json', '../pages/*/zh.json'], {
  eager: true,
  import: 'default',
});
