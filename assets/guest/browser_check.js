// Tells people with a browser that is too old for the page what to do, instead of a blank page. Written in the oldest
// JavaScript there is and loaded before everything else; it never runs anything of the page.
(function () {
  'use strict';
  var able = typeof Promise !== 'undefined' && 'allSettled' in Promise && 'customElements' in window && 'noModule' in document.createElement('script');
  if (able) return;
  document.addEventListener('DOMContentLoaded', function () {
    var words = document.createElement('p');
    words.className = 'too-old';
    words.textContent = '브라우저가 오래됐어요. Play 스토어에서 “Android System WebView”와 “Chrome”을 업데이트해 주세요. / This browser is too old: please update it.';
    document.body.appendChild(words);
  });
})();
