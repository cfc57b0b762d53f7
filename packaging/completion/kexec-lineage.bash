# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for kexec-lineage(8)

_kexec_lineage_options()
{
    case $1 in
    show) echo '--sources' ;;
    stamp | cmdline) echo '--kind= --for= --image=' ;;
    esac
}

_kexec_lineage()
{
    local cur prev words cword
    _init_completion -n =: || return

    local command='' i
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        -*) ;;
        *)
            command=${words[i]}
            break
            ;;
        esac
    done

    if [[ $command == load ]]; then
        # kexec's own completion where there is one; files otherwise
        if declare -F _command_offset > /dev/null; then
            words[i]=kexec
            COMP_WORDS=("${words[@]}")
            _command_offset "$i"
        else
            _filedir
        fi
        return
    fi

    case $prev in
    --root)
        _filedir -d
        return
        ;;
    --image)
        _filedir
        return
        ;;
    --kind)
        mapfile -t COMPREPLY < <(compgen -W 'k p' -- "$cur")
        return
        ;;
    --for)
        mapfile -t COMPREPLY < <(compgen -W "$(command ls /lib/modules 2> /dev/null)" -- "$cur")
        return
        ;;
    esac

    if [[ $cur == -* ]]; then
        local options='--root= --json --help --version'
        mapfile -t COMPREPLY < <(compgen -W "$options $(_kexec_lineage_options "$command")" -- "$cur")
        [[ ${COMPREPLY-} == *= ]] && compopt -o nospace
        return
    fi

    case $command in
    '') mapfile -t COMPREPLY < <(compgen -W 'show stamp cmdline load inspect help' -- "$cur") ;;
    help) mapfile -t COMPREPLY < <(compgen -W 'show stamp cmdline load inspect' -- "$cur") ;;
    inspect) _filedir ;;
    esac
} &&
    complete -F _kexec_lineage kexec-lineage
