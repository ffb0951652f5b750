import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { plain } from '../html.ts';

use([BarChart, CustomChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

/** Nobody knows the reader's font. */
setPlatformAPI({ measureText: (text) => ({ width: widthOf(text) }) });

/** The width of text of 12 pixels in most fonts, and more than in some. */
export function widthOf(text: string): number {
  return text.length * 7;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const fontFamily = 'system-ui, sans-serif';

/**
 * What ECharts draws, as the inside of an `svg` element. Colours are custom properties of CSS, so that the page gives
 * them. What ECharts adds for a browser to go on from (styles of the pointer, data of the series) is taken off.
 *
 * @param id begins the ids that the drawing refers to, of which a page can have each but once
 */
export function drawing(option: EChartsCoreOption, size: Size, id: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ ...option, animation: false, useUTC: true });
    return plain(chart.renderToSVGString())
      .replace(/^<svg[^>]*>/, '')
      .replace(/<\/svg>\s*$/, '')
      .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
      .replace(
        / (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*"|xml:space="preserve")/g,
        '',
      )
      .replace(/(?<=id="|url\(#)zr\d+-/g, `${id}-`);
  } finally {
    chart.dispose();
  }
}
