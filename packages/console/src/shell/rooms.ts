import { useEffect, useState } from 'react';

/** The rooms of the console. Each has a fragment of its own, which works from file:// too. */
export const ROOMS = ['debugger', 'libraries', 'components'] as const;
export type Room = (typeof ROOMS)[number];

function roomOf(fragment: string): Room {
  return ROOMS.find((name) => fragment === `#/${name}`) ?? 'debugger';
}

/** The room that the address names, and how to go to another. */
export function useRoom(): [Room, (room: Room) => void] {
  const [room, setRoom] = useState(() => roomOf(globalThis.location.hash));
  useEffect(() => {
    const follow = () => setRoom(roomOf(globalThis.location.hash));
    globalThis.addEventListener('hashchange', follow);
    return () => globalThis.removeEventListener('hashchange', follow);
  }, []);
  return [
    room,
    (next) => {
      globalThis.location.hash = `#/${next}`;
    },
  ];
}
