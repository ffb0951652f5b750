import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { renderReport } from '../../report/render.ts';
import { example } from './example.ts';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (chromium === undefined) {
  process.stderr.write('Reports were not opened in a browser: there is no Chromium here.\n');
}

const folder = mkdtempSync(join(tmpdir(), 'aeon-ops-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Shows a page in a frame as wide as a phone, and looks at it from around it: the page itself runs no script. */
const frame = `<iframe src="report.html" style="width:360px;height:800px;border:0"></iframe><pre id="seen"></pre>
<script>
document.querySelector('iframe').onload = ({ target }) => {
  const page = target.contentDocument;
  for (const details of page.querySelectorAll('details')) details.open = true;
  document.getElementById('seen').textContent = JSON.stringify({
    width: page.scrollingElement.scrollWidth,
    charts: [...page.querySelectorAll('figure')].map((figure) =>
      [...figure.querySelectorAll(':scope > svg:not(.mark)')].filter((svg) => svg.getBoundingClientRect().width > 0)
        .map((svg) => svg.getAttribute('class')).join(),
    ),
    reached: page.querySelectorAll('a[href],summary,[tabindex="0"]').length,
  });
};
</script>`;

(chromium === undefined ? describe.skip : describe)('a report in a browser', () => {
  it('fits a phone, and gives the browser nothing to complain of', () => {
    writeFileSync(
      join(folder, 'report.html'),
      renderReport(example((text) => `${text} ${'unbroken'.repeat(9)}`)),
    );
    writeFileSync(join(folder, 'frame.html'), frame);
    const { stdout, stderr } = spawnSync(
      chromium ?? '',
      [
        '--headless=new',
        '--no-sandbox',
        '--hide-scrollbars',
        '--disable-gpu',
        '--allow-file-access-from-files',
        '--enable-logging=stderr',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--virtual-time-budget=1000',
        '--dump-dom',
        `file://${join(folder, 'frame.html')}`,
      ],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(/<pre id="seen">(.*?)<\/pre>/.exec(stdout)?.[1] ?? 'null')).toEqual({
      width: 360,
      charts: ['narrow', 'narrow', 'narrow'],
      // To the content, to the section, and for each chart its numbers and the box that they scroll in.
      reached: 8,
    });
    expect(stderr.match(/CONSOLE.*/g) ?? []).toEqual([]);
  });
});
