import type { ReportDocument } from '../../report/document.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 24, hour));

/** A document with one of everything, each text made by `say`. */
export function example(say: (text: string) => string = (text) => text): ReportDocument {
  return {
    title: say('title'),
    subtitle: say('subtitle'),
    headline: { severity: 'bad', text: say('headline'), detail: say('headline detail') },
    figures: [{ name: say('figure'), value: say('value'), detail: say('detail'), severity: 'warning' }],
    sections: [
      {
        title: say('section'),
        intro: say('intro'),
        blocks: [
          {
            kind: 'notes',
            items: [{ severity: 'unknown', title: say('note'), text: say('text of the note') }],
          },
          {
            kind: 'table',
            caption: say('caption'),
            columns: [{ name: say('column') }, { name: say('number'), align: 'end' }],
            rows: [[say('row'), { text: say('cell'), detail: say('cell detail'), severity: 'good' }]],
            empty: say('empty'),
          },
          {
            kind: 'table',
            caption: say('caption'),
            columns: [{ name: say('column') }],
            rows: [],
            empty: say('nothing here'),
          },
          {
            kind: 'lines',
            title: say('lines'),
            summary: say('summary of lines'),
            unit: 'duration',
            series: [
              {
                name: say('one'),
                points: [
                  { at: at(1), value: 1200 },
                  { at: at(5), value: 1500 },
                ],
              },
              { name: say('other'), points: [{ at: at(5), value: 900 }] },
            ],
            budget: { name: say('allowed'), value: 14_400 },
          },
          {
            kind: 'bars',
            title: say('bars'),
            summary: say('summary of bars'),
            unit: 'share',
            bars: [
              { name: say('half'), value: 0.5, severity: 'good' },
              { name: say('over'), value: 1.5, text: say('too much'), severity: 'bad' },
            ],
            budget: { name: say('limit'), value: 1 },
          },
          {
            kind: 'timeline',
            title: say('timeline'),
            summary: say('summary of the timeline'),
            from: at(0),
            to: at(6),
            lanes: [
              {
                name: say('lane'),
                spans: [{ name: say('step'), from: at(1), to: at(2), severity: 'warning' }],
                budget: { name: say('deadline'), at: at(3) },
              },
            ],
          },
        ],
      },
    ],
    provenance: [{ name: say('made'), value: say('by a test') }],
  };
}
