/**
 * What the guard runs, for any POSIX `/bin/sh` (dash, bash 3.2, busybox). It says nothing and needs `sleep` and `grep` or `ps`.
 *
 * Its stdin: first `=TAG`, then `+PGID` and `-PGID` as groups come and go; the end of stdin means that the host is gone.
 * Without a proper tag it looks for none: an empty one would match every process of the user.
 * The tag comes by stdin because in its arguments or environment the guard would find itself.
 * `kill -s TERM -- -PGID` is the form that works everywhere; dash refuses `kill -TERM -- -PGID`.
 */
export const GUARD_SCRIPT = `
trap '' HUP INT TERM
tag='' groups=' '
while IFS= read -r line; do
  id=\${line#?}
  case $line in
    =?*) tag=$id; continue ;;
  esac
  case $id in '' | *[!0-9]* | 0 | 1) continue ;; esac
  case "$groups" in *" $id "*) groups="\${groups%% $id *} \${groups#* $id }" ;; esac
  case $line in +*) groups="$groups$id " ;; esac
done
tagged() {
  case $tag in STACKYARD_RUN=?*:) ;; *) return ;; esac
  if [ -d /proc/1 ]; then
    grep -lsF -- "$tag" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
  else
    ps axeww -o pid= -o command= | while read -r pid rest; do
      case " $rest" in *" $tag"*) echo "$pid" ;; esac
    done
  fi
}
signal() {
  hit=1
  for g in $groups; do kill -s "$1" -- "-$g" 2>/dev/null && hit=0; done
  for p in $(tagged); do kill -s "$1" "$p" 2>/dev/null && hit=0; done
  return $hit
}
signal TERM || exit 0
for i in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.2 || sleep 1
  signal 0 || exit 0
done
signal KILL
sleep 0.2
signal KILL
`;
