# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of `porch` in bash: verbs, their options, and files where a verb takes local files. Verbs and options are asked of porch
# itself, which needs no daemon for it.
_porch ()
{
  local cur=${COMP_WORDS[COMP_CWORD]} verb='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) verb=$word; break ;; esac
  done
  COMPREPLY=()
  if [ -z "$verb" ]; then
    mapfile -t COMPREPLY < <(compgen -W "--json --help --version $(LC_ALL=C porch --help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')" -- "$cur")
    return
  fi
  case $cur in
    -*) mapfile -t COMPREPLY < <(compgen -W "$(LC_ALL=C porch "$verb" --help 2>/dev/null | grep -oE -- '--[a-z]+' | sort -u)" -- "$cur") ;;
    *)
      case $verb in
        share) [ "${COMP_WORDS[COMP_CWORD-1]}" = share ] && mapfile -t COMPREPLY < <(compgen -W 'add list set remove' -- "$cur") ;;
        handout) [ "${COMP_WORDS[COMP_CWORD-1]}" = handout ] && mapfile -t COMPREPLY < <(compgen -W 'open list show end again clear' -- "$cur") ;;
        limit) mapfile -t COMPREPLY < <(compgen -W 'up down' -- "$cur") ;;
        autoaccept) [ "${COMP_WORDS[COMP_CWORD-1]}" != autoaccept ] && mapfile -t COMPREPLY < <(compgen -W 'on off' -- "$cur") ;;
        requests) mapfile -t COMPREPLY < <(compgen -W 'anyone trusted' -- "$cur") ;;
        visibility) mapfile -t COMPREPLY < <(compgen -W 'visible 10min hidden always' -- "$cur") ;;
      esac ;;
  esac
}
complete -o bashdefault -o default -F _porch porch
