import { dark, light, properties } from './palette.ts';

/** The page's style sheet. Nothing is loaded: fonts are the reader's own. */
export const style = `
:root{color-scheme:light dark;${properties(light)}}
@media (prefers-color-scheme:dark){:root{${properties(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
h1{font-size:1.5rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.125rem;margin:0 0 4px}
h3{font-size:.9375rem;margin:0}
p{margin:0}
header{padding-top:28px;padding-bottom:16px}
header p,.intro,figcaption p,.empty{color:var(--quiet);font-size:.875rem}
a{color:inherit}
:focus-visible{outline:2px solid var(--series-0);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 12px;z-index:1}
.for-readers{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.good{--tone:var(--good)}.warning{--tone:var(--warning)}.bad{--tone:var(--bad)}.unknown{--tone:var(--unknown)}
.headline,.figures>div,section{background:var(--card);border:1px solid var(--line);border-radius:10px}
.headline{display:flex;gap:14px;align-items:flex-start;border-left:4px solid var(--tone);padding:14px 18px}
.headline strong{display:block;font-size:1.0625rem;line-height:1.4}
.headline span{color:var(--quiet);font-size:.875rem}
.sign{color:var(--tone);flex:none;inline-size:1.5rem;block-size:1.5rem;line-height:1.375rem;text-align:center;border:1.5px solid var(--tone);border-radius:50%;font-size:.8125rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:12px 0}
.figures>div{padding:12px 16px;display:flex;flex-direction:column}
.figures dt{color:var(--quiet);font-size:.8125rem}
.figures dd{margin:0}
.figures .value{font-size:1.5rem;line-height:1.3;font-weight:600;letter-spacing:-.01em;color:var(--tone,var(--ink))}
.figures .detail{color:var(--quiet);font-size:.8125rem}
nav{margin:4px 0 12px;font-size:.875rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:0;padding:0}
section{padding:16px 18px 18px;margin-bottom:14px}
section>.intro{margin-bottom:10px;max-width:90ch}
section>*+table,section>*+.notes{margin-top:12px}
section>*+.row{margin-top:22px}
table{border-collapse:collapse;width:100%;font-size:.875rem}
caption{text-align:left;color:var(--quiet);font-size:.8125rem;padding-bottom:6px}
th,td{text-align:left;vertical-align:top;padding:7px 14px 7px 0;border-top:1px solid var(--line)}
thead th{font-size:.8125rem;font-weight:500;color:var(--quiet);border-top:0;white-space:nowrap}
tbody th{font-weight:600}
th.end,td.end{text-align:right}
th:last-child,td:last-child{padding-right:0}
small{display:block;color:var(--quiet);font-size:.8125rem;font-weight:400;line-height:1.4}
.badge{color:var(--tone);font-weight:600}
.badge b{display:inline-block;inline-size:1.1em;text-align:center}
.row{display:grid;gap:24px 28px;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
figure{margin:0;container-type:inline-size;min-width:0}
figcaption p{max-width:75ch}
.chart>svg{display:none;width:100%;height:auto;margin-top:6px;overflow:visible}
.chart>.narrow{display:block}
@container (min-width:470px){.chart>.narrow{display:none}.chart>.middle{display:block}}
@container (min-width:860px){.chart>.middle{display:none}.chart>.wide{display:block}}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:8px 0 0;padding:0;font-size:.8125rem;color:var(--quiet)}
.legend li{display:inline-flex;align-items:center;gap:6px}
.mark{inline-size:12px;block-size:12px}
i.budget{inline-size:16px;border-top:2px dashed var(--budget)}
details{margin-top:8px;font-size:.8125rem}
summary{color:var(--quiet);cursor:pointer;inline-size:fit-content}
.scroll{overflow-x:auto;max-block-size:22rem;overflow-y:auto;margin-top:6px;border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.numbers{font-size:.8125rem}
.numbers th,.numbers td{white-space:nowrap;overflow-wrap:normal}
.notes{list-style:none;margin:0;padding:0;display:grid;gap:0}
.notes li{display:flex;gap:12px;padding:10px 0;border-top:1px solid var(--line)}
.notes li:first-child{border-top:0;padding-top:2px}
.notes p{color:var(--quiet);font-size:.875rem}
footer{padding-top:6px;padding-bottom:36px;color:var(--quiet);font-size:.8125rem}
footer dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0}
footer dd{margin:0}
@media (max-width:640px){
header,main,footer{padding-left:12px;padding-right:12px}
header{padding-top:18px}
section{padding:14px}
.figures{grid-template-columns:1fr 1fr;gap:8px}
.figures>div{padding:10px 12px}
.figures .value{font-size:1.25rem}
.cards,.cards tbody,.cards tr,.cards th,.cards td,.cards caption{display:block}
.cards thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.cards tr{border-top:1px solid var(--line);padding:10px 0}
.cards tr:last-child{padding-bottom:0}
.cards th,.cards td{border:0;padding:2px 0}
.cards td{display:grid;grid-template-columns:minmax(6.5rem,35%) 1fr;gap:10px;text-align:left}
.cards td::before{content:attr(data-column);color:var(--quiet)}
.figures>div:last-child:nth-child(odd){grid-column:1/-1}
footer dl{grid-template-columns:1fr}
footer dd{margin-bottom:6px}
}
@media print{
:root{${properties(light)}}
body{background:#fff;font-size:10pt}
.headline,.figures>div,section{break-inside:avoid;border-color:#bbb}
nav,.skip,details{display:none}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;
