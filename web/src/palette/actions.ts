// Everything that can be reached or done, as entries of the palette. Not here: which fit what was typed (match.ts).
import { KINDS, type Session } from '../api/types';
import { i18n, named, t } from '../i18n/index.svelte';
import type { IconName } from '../parts/icons';
import { KIND_ICONS } from '../parts/icons';
import { LENGTHS, SPEEDS } from '../replay/periods';
import { replay } from '../replay/replay.svelte';
import { router } from '../router.svelte';
import { area } from '../stores/area.svelte';
import { feed, TABS } from '../stores/feed.svelte';
import { hotkeys } from '../stores/hotkeys.svelte';
import { session as store } from '../stores/session.svelte';
import { sound } from '../stores/sound.svelte';
import { theme, THEMES } from '../stores/theme.svelte';
import { views } from '../views/views.svelte';
import type { Entry } from './match';

export interface Action extends Entry {
  icon: IconName;
  /** The key that does the same without the palette. */
  key?: string;
  act: () => void;
}

const DAY_MS = 86_400_000;
/** Kinds that one writes from nothing: a reply needs something to reply to. */
const WRITTEN = KINDS.filter((kind) => kind !== 'reply');

export function actions(session: Session, help: () => void): Action[] {
  const go = (address: string) => () => router.go(address);
  return [...here(), ...screens(session, go, help), ...writing(go), ...picture(go), ...past(), ...looks(), ...places(go)];
}

/** What can be done with the item that is open. */
function here(): Action[] {
  if (router.route.screen !== 'item' || replay.past) return [];
  const all: Action[] = [
    { id: 'acknowledge', text: t('act.acknowledge'), icon: 'check', key: 'a', act: () => hotkeys.run('a') },
    { id: 'reply', text: t('act.reply'), icon: 'reply', key: 'r', act: () => hotkeys.run('r') },
  ];
  return all.filter(({ key }) => key && hotkeys.has(key));
}

type Go = (address: string) => () => void;

function screens(session: Session, go: Go, help: () => void): Action[] {
  const roles = session.member.roles;
  const all: Action[] = [
    { id: 'go-picture', text: t('palette.go', { screen: t('title.picture') }), also: t('palette.also.picture'), icon: 'map', act: go('/') },
    { id: 'go-search', text: t('palette.go', { screen: t('title.search') }), icon: 'search', key: '/', act: go('/search') },
    { id: 'go-drafts', text: t('palette.go', { screen: t('title.drafts') }), icon: 'report', act: go('/drafts') },
    { id: 'go-wall', text: t('palette.go', { screen: t('wall.title') }), also: t('palette.also.wall'), icon: 'wall', act: go('/wall') },
  ];
  const to = (screen: string, address: string, icon: IconName, also: string): Action => ({ id: `go${address}`, text: t('palette.go', { screen }), also, icon, act: go(address) });
  if (roles.includes('operator')) {
    all.push(to(t('sense.title'), '/sense', 'camera', t('sense.observations')));
    for (const one of ['sensors', 'settings', 'night', 'calibration'] as const) {
      all.push(to(t(`sense.${one}`), `/sense/${one}`, 'camera', t('sense.title')));
    }
  }
  all.push(to(t('sense.register.title'), '/sense/register', 'camera', t('sense.title')));
  if (roles.includes('analyst')) {
    all.push(to(t('watch.title'), '/watch', 'signal', t('watch.signals')));
    for (const one of ['stories', 'cases', 'sources', 'profiles', 'calendar', 'learning', 'replay'] as const) {
      all.push(to(t(`watch.${one}`), `/watch/${one}`, 'signal', t('watch.title')));
    }
  }
  if (roles.includes('auditor')) {
    all.push(to(t('title.access'), '/access', 'eye', t('account.title')));
    all.push(to(t('seen.title'), '/account/seen', 'eye', t('account.title')));
  }
  all.push(to(t('erasure.title'), '/account/erasure', 'cross', t('account.title')));
  all.push(to(t('ledger.title'), '/account/ledger', 'shield', t('account.title')));
  all.push(to(t('rules.title'), '/account/rules', 'shield', t('account.title')));
  if (roles.includes('administrator')) all.push(to(t('title.members'), '/members', 'people', t('admin.label')));
  if (roles.includes('coordinator') && session.host) {
    all.push(to(t('admin.organisations'), '/admin/organisations', 'people', t('admin.label')));
    all.push(to(t('admin.communities'), '/admin/communities', 'people', t('admin.label')));
    all.push(to(t('places.title'), '/admin/places', 'place', t('admin.label')));
    all.push(to(t('purposes.title'), '/admin/purposes', 'clock', t('admin.label')));
    all.push(to(t('eyes.title'), '/admin/four-eyes', 'eye', t('admin.label')));
  }
  if (roles.includes('auditor') || roles.includes('administrator')) {
    all.push(to(t('keep.title'), '/account/retention', 'clock', t('account.title')));
    all.push(to(t('keys.title'), '/admin/keys', 'key', t('admin.label')));
  }
  all.push(to(t('passkeys.title'), '/me', 'key', t('signin.passkey.title')));
  all.push({ id: 'help', text: t('nav.help'), icon: 'help', key: '?', act: help });
  all.push({ id: 'out', text: t('me.signout'), icon: 'out', act: () => void store.signOut() });
  return all;
}

function writing(go: Go): Action[] {
  const gather: Action = { id: 'gather', text: t('sitrep.heading'), also: t('palette.also.new'), icon: 'list', act: go('/gather') };
  return [...WRITTEN.map((kind) => ({
    id: `new-${kind}`, text: t(`compose.heading.${kind}`), also: `${t('palette.also.new')} ${t(`kind.${kind}`)}`,
    icon: KIND_ICONS[kind], act: go(`/compose?kind=${kind}`), ...(kind === 'report' && { key: 'n' }),
  })), gather];
}

function picture(go: Go): Action[] {
  const show = (act: () => void) => () => {
    act();
    if (router.route.screen !== 'picture') router.go('/');
  };
  const all: Action[] = TABS.map((tab) => ({
    id: `tab-${tab}`, text: t('palette.show', { what: t(`feed.tab.${tab}`) }), icon: 'list' as IconName, act: show(() => (feed.tab = tab)),
  }));
  for (const view of views.all) all.push({ id: `view-${view.name}`, text: t('palette.view', { name: view.name }), also: t('views.label'), icon: 'star', act: show(() => views.show(view)) });
  const filter = (id: string, text: string, act: () => void): Action => ({ id, text, also: t('filter.title'), icon: 'filter', act: show(() => { act(); void feed.narrowDown(); replay.narrow(); }) });
  all.push(filter('filter-unacknowledged', t('palette.filter', { what: t('filter.unacknowledged') }), () => (feed.narrow.unacknowledged = !feed.narrow.unacknowledged)));
  all.push(filter('filter-unread', t('palette.filter', { what: t('filter.unread') }), () => (feed.narrow.unread = !feed.narrow.unread)));
  for (const kind of KINDS) all.push(filter(`filter-${kind}`, t('palette.filter', { what: t(`kind.${kind}`) }), () => (feed.narrow.kind = kind)));
  if (feed.narrowCount > 0) all.unshift(filter('filter-none', t('feed.widen'), () => feed.widen()));
  if (feed.news[0]) {
    const [first] = feed.news;
    all.unshift({ id: 'new-alert', text: `${t('newalert.open')}: ${first.title}`, icon: 'alert', key: 'o', act: go(`/item/${first.id}`) });
  }
  all.push({ id: 'read', text: t('filter.markread'), icon: 'check', act: () => feed.markAllRead() });
  return all;
}

function past(): Action[] {
  const there = (act: () => void) => () => {
    if (!['picture', 'item'].includes(router.route.screen)) router.go('/');
    act();
  };
  const all: Action[] = [
    { id: 'replay-play', text: replay.playing ? t('replay.pause') : t('replay.play'), also: t('replay.label'), icon: 'play', key: 'p', act: there(() => replay.play()) },
    { id: 'replay-hour', text: t('palette.hourago'), also: t('replay.label'), icon: 'history', act: there(() => replay.jump(Date.now() - DAY_MS / 24)) },
    { id: 'replay-day', text: t('palette.dayago'), also: `${t('replay.label')} ${t('palette.also.yesterday')}`, icon: 'history', act: there(() => replay.jump(Date.now() - DAY_MS)) },
    { id: 'replay-week', text: t('palette.weekago'), also: t('replay.label'), icon: 'history', act: there(() => replay.jump(Date.now() - 7 * DAY_MS)) },
  ];
  if (replay.past) all.unshift({ id: 'replay-live', text: t('replay.back'), icon: 'signal', key: 'l', act: () => replay.live() });
  for (const speed of SPEEDS) all.push({ id: `speed-${speed}`, text: t('palette.speed', { speed: `${speed}×` }), also: t('replay.label'), icon: 'clock', act: () => (replay.speed = speed) });
  for (const length of LENGTHS) all.push({ id: `length-${length}`, text: t('palette.length', { length: t(`replay.length.${length}`) }), also: t('replay.label'), icon: 'clock', act: there(() => replay.choose(length)) });
  return all;
}

function looks(): Action[] {
  const all: Action[] = THEMES.map((one) => ({ id: `theme-${one}`, text: `${t('prefs.theme')}: ${t(`theme.${one}`)}`, icon: 'theme' as IconName, act: () => theme.choose(one) }));
  all.push({ id: 'language', text: i18n.language === 'en' ? 'Nederlands' : 'English', also: `${t('prefs.language')} language taal`, icon: 'report', act: () => i18n.choose(i18n.language === 'en' ? 'nl' : 'en') });
  all.push({ id: 'sound', text: sound.on ? t('sound.off') : t('sound.on'), icon: 'sound', act: () => sound.choose(!sound.on) });
  return all;
}

function places(go: Go): Action[] {
  const to = (words: string) => go(`/search?q=${encodeURIComponent(words)}`);
  const sites = area.sites().map((one): Action => ({ id: `site-${one.id}`, text: t('palette.site', { name: named(one.name) }), also: one.id, icon: 'place', act: go(`/search?site=${one.id}`) }));
  const zones = area.zones().map((one): Action => ({ id: `zone-${one.id}`, text: t('palette.zone', { name: named(one.name) }), also: one.id, icon: 'place', act: go(`/search?zone=${one.id}`) }));
  const from = (area.now?.organisations ?? []).map((one): Action => ({ id: `from-${one.id}`, text: t('palette.from', { name: area.short(one.id) }), also: `${one.id} ${named(one.name)}`, icon: 'people', act: go(`/search?originator=${one.id}`) }));
  const times = ['palette.when.today', 'palette.when.yesterday', 'palette.when.week'] as const;
  return [...times.map((key): Action => ({ id: key, text: t('palette.find', { words: t(key) }), icon: 'clock', act: to(t(key)) })), ...sites, ...zones, ...from];
}
