/** The script that plots and cards share in a page: finds Plotly, draws in the theme's colours, keeps what a live card has drawn. Plain JavaScript for any browser since 2022. */

/** Defines `window.__microlote1` unless it is there. Every output carries it, because a notebook may show its outputs in any order. */
export const pageScript = `(function(){
if(window.__microlote1)return;
var m=window.__microlote1={cards:{},waiting:[],loading:null};
function fromPage(){
  var b64=window.__microlotePlotly;
  if(!b64||typeof DecompressionStream==='undefined')return Promise.reject();
  return fetchless(b64).then(function(text){var s=document.createElement('script');s.textContent=text;document.head.appendChild(s);s.remove();if(!window.Plotly)throw 0;window.__microlotePlotly=null;return window.Plotly});
}
function fetchless(b64){
  var raw=atob(b64),bytes=new Uint8Array(raw.length);
  for(var i=0;i<raw.length;i++)bytes[i]=raw.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
function fromServer(){
  var c=document.getElementById('jupyter-config-data');
  if(!c)return Promise.reject();
  var base='/';try{base=JSON.parse(c.textContent).baseUrl||'/'}catch(e){}
  return fetch(base+'kernelspecs/microlote/plotly.min.js').then(function(r){if(!r.ok)throw 0;return r.text()}).then(function(text){var s=document.createElement('script');s.textContent=text;document.head.appendChild(s);s.remove();if(!window.Plotly)throw 0;return window.Plotly});
}
m.plotly=function(){
  if(window.Plotly)return Promise.resolve(window.Plotly);
  if(!m.loading)m.loading=fromPage().catch(fromServer).catch(function(){m.loading=null;return null});
  return m.loading;
};
m.retry=function(){var w=m.waiting;m.waiting=[];w.forEach(function(f){f()})};
function colour(e){return getComputedStyle(e).color||'#888'}
m.themed=function(e,layout){
  var c=colour(e),l=Object.assign({margin:{l:64,r:20,t:44,b:52},legend:{orientation:'h',y:-0.22}},layout);
  delete l.height;l.paper_bgcolor=l.plot_bgcolor='rgba(0,0,0,0)';l.font=Object.assign({color:c},l.font);
  ['xaxis','yaxis','yaxis2'].forEach(function(k){if(k==='yaxis2'&&!l[k])return;l[k]=Object.assign({gridcolor:'rgba(128,128,128,0.25)',zerolinecolor:'rgba(128,128,128,0.5)',automargin:true},l[k])});
  return l;
};
m.all=function(id){return Array.prototype.slice.call(document.querySelectorAll('[data-microlote="'+id+'"]'))};
m.paint=function(P,e,f){
  if(e.__drawn)return Promise.resolve();
  e.__drawn=true;e.textContent='';e.style.height=((f.layout&&f.layout.height)||360)+'px';
  return P.newPlot(e,f.data,m.themed(e,f.layout),{responsive:true,displaylogo:false});
};
m.draw=function(id,f){
  var go=function(){m.plotly().then(function(P){
    if(!P){m.waiting.push(go);return}
    m.all(id).forEach(function(e){m.paint(P,e,JSON.parse(JSON.stringify(f)))});
  })};
  go();
};
m.stop=function(kernel,id,b){
  var o={},sid='microlote-'+Math.random().toString(36).slice(2)+Date.now();
  try{o=JSON.parse(document.getElementById('jupyter-config-data').textContent)}catch(e){}
  var to=new URL(o.baseUrl||'/',o.wsUrl||location.href),ws,heard=false;
  to.protocol=to.protocol.replace('http','ws');
  function failed(){if(!heard){b.disabled=false;b.title='No hay conexión con el núcleo: usa await query.stop() en una celda'}}
  b.disabled=true;
  ws=new WebSocket(to.href.replace(/\\/*$/,'/')+'api/kernels/'+encodeURIComponent(kernel)+'/channels?session_id='+sid+(o.token?'&token='+encodeURIComponent(o.token):''));
  function say(n,type,content){ws.send(JSON.stringify({channel:'shell',header:{msg_id:sid+'-'+n,username:'',session:sid,date:new Date().toISOString(),msg_type:type,version:'5.4'},parent_header:{},metadata:{},content:Object.assign({comm_id:sid},content),buffers:[]}))}
  ws.onopen=function(){say(1,'comm_open',{target_name:'microlote.detener',data:{card:id}});say(2,'comm_close',{data:{}})};
  ws.onmessage=function(e){var d={};try{d=JSON.parse(e.data)}catch(x){}if(d.parent_header&&d.parent_header.msg_id===sid+'-2'){heard=true;ws.close()}};
  ws.onerror=ws.onclose=failed;
};
m.button=function(root,c,id){
  var place=root.querySelector('[data-actions]');
  if(!place)return;
  if(!c.stop||!document.getElementById('jupyter-config-data')){place.textContent='';return}
  if(place.firstChild)return;
  var b=document.createElement('button');b.type='button';b.textContent='detener';b.setAttribute('data-stop','1');
  b.style.cssText='margin-left:12px;padding:1px 10px;font:inherit;font-size:0.85em;cursor:pointer;color:inherit;background:none;border:1px solid currentColor;border-radius:4px;opacity:0.85';
  b.onclick=function(){m.stop(c.stop,id,b)};place.appendChild(b);
};
m.card=function(id,given){
  var c=m.cards[id]||(m.cards[id]={tab:null,nodes:{}});
  c.figures=given.figures;c.max=given.max;if(!given.active)c.stop=null;
  m.all(id).forEach(function(root){
    m.button(root,c,id);
    if(root.__card)return;root.__card=true;
    var parts=Array.prototype.slice.call(root.querySelectorAll('[data-tab]')),bar=root.querySelector('[data-tabs]');
    function show(name){
      c.tab=name;
      parts.forEach(function(p){p.style.display=p.getAttribute('data-tab')===name?'block':'none'});
      Array.prototype.slice.call(bar.children).forEach(function(b){var on=b.textContent===name;b.style.borderBottom=on?'2px solid #4c8dd6':'2px solid transparent';b.style.opacity=on?1:0.7;b.setAttribute('aria-selected',on?'true':'false')});
      m.paintCard(id);
    }
    parts.forEach(function(p){
      var name=p.getAttribute('data-tab'),h=p.querySelector('[data-title]');if(h)h.style.display='none';
      var b=document.createElement('button');b.textContent=name;b.type='button';b.setAttribute('role','tab');
      b.style.cssText='background:none;border:0;padding:6px 12px;cursor:pointer;font:inherit;color:inherit';
      b.onclick=function(){show(name)};bar.appendChild(b);
    });
    Object.keys(c.nodes).forEach(function(k){
      var old=c.nodes[k],now=root.querySelector('[data-plot="'+k+'"]');
      if(old&&now&&old!==now&&old.__drawn&&!document.contains(old))now.replaceWith(old);
    });
    show(c.tab&&parts.some(function(p){return p.getAttribute('data-tab')===c.tab})?c.tab:parts[0].getAttribute('data-tab'));
  });
};
m.paintCard=function(id){
  var c=m.cards[id];
  m.plotly().then(function(P){
    if(!P){m.waiting.push(function(){m.paintCard(id)});return}
    m.all(id).forEach(function(root){
      Object.keys(c.figures).forEach(function(k){
        var e=root.querySelector('[data-plot="'+k+'"]');
        if(!e||e.offsetParent===null)return;
        c.nodes[k]=e;
        if(!e.__drawn)m.paint(P,e,JSON.parse(JSON.stringify(c.figures[k])));
        else{P.react(e,JSON.parse(JSON.stringify(c.figures[k].data)),e.layout);P.Plots.resize(e)}
      });
    });
  });
};
m.push=function(id,u){
  var c=m.cards[id];if(!c)return;
  if(u.n!==undefined&&c.n!==undefined&&u.n<=c.n)return;
  c.n=u.n;c.stop=u.stop||null;
  Object.keys(u.add||{}).forEach(function(k){
    var f=c.figures[k],a=u.add[k];
    if(!f||f.data.length!==a.x.length)return;
    f.data.forEach(function(t,i){t.x=t.x.concat(a.x[i]).slice(-c.max);t.y=t.y.concat(a.y[i]).slice(-c.max)});
  });
  m.all(id).forEach(function(root){
    m.button(root,c,id);
    var dot=root.querySelector('[data-dot]');if(dot&&u.colour)dot.style.color=u.colour;
    Object.keys(u.text||{}).forEach(function(k){var e=root.querySelector('[data-value="'+k+'"]');if(e&&e.textContent!==u.text[k])e.textContent=u.text[k]});
    Object.keys(u.html||{}).forEach(function(k){var e=root.querySelector('[data-html="'+k+'"]');if(e)e.innerHTML=u.html[k]});
    if(window.Plotly)Object.keys(u.add||{}).forEach(function(k){
      var e=root.querySelector('[data-plot="'+k+'"]'),a=u.add[k];
      if(!e||!e.__drawn||e.offsetParent===null)return;
      if(!e.data||e.data.length!==a.x.length){window.Plotly.react(e,JSON.parse(JSON.stringify(c.figures[k].data)),e.layout);return}
      window.Plotly.extendTraces(e,{x:a.x,y:a.y},a.x.map(function(_,i){return i}),c.max);
    });
  });
  Object.keys(m.cards).forEach(function(k){if(k!==id&&m.all(k).length===0){var n=m.cards[k].nodes;Object.keys(n).forEach(function(p){if(window.Plotly&&!document.contains(n[p]))window.Plotly.purge(n[p])});delete m.cards[k]}});
};
})();`
