# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for kexec-lineage(8)

_kexec_lineage_options()
{
    case $1 in
    show) echo '--sources' ;;
    stamp | cmdline) echo '--kind= --for= --image=' ;;
    record) echo '--shutdown --store=' ;;
    log) echo '--since= --from= --crashed --lines= --tree --no-inferred --no-pager --host= --store=' ;;
    ingest) echo '--store= --label= --encoding= --host= --host-from= --follow --cursor-file= --jobs= --verbose --field-message= --field-time= --field-host= --no-inferred' ;;
    report) echo '--format= --release= --hosts --known= --store=' ;;
    annotate) echo '--url= --fixed-in= --commit= --note= --ignore --release= --previous= --remove --export --import= --known= --store=' ;;
    listen) echo '--netconsole= --store= --hosts= --only-known --senders= --metrics= --label= --no-inferred' ;;
    hosts) echo '--host= --store=' ;;
    forget) echo '--host= --boot= --dry-run --store=' ;;
    prune) echo '--before= --dry-run --store=' ;;
    seal) echo '--all --store=' ;;
    copy) echo '--from= --to= --cursor-file=' ;;
    send) echo '--to= --cursor-file= --store=' ;;
    triage) echo '--html= --csv --release= --signature= --since= --until= --state= --all --no-inferred --watch= --ledger= --policy= --textfile= --known= --hide-known --store=' ;;
    metrics) echo '--textfile= --store=' ;;
    check) echo '--to= --image= --policy= --store=' ;;
    doctor) echo '--textfile= --store=' ;;
    esac
}

_kexec_lineage()
{
    # shellcheck disable=SC2034 # _init_completion sets them all
    local cur prev words cword split
    _init_completion -s || return

    local command='' i
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        --root) ((i++)) ;;
        -*) ;;
        *)
            command=${words[i]}
            break
            ;;
        esac
    done

    if [[ $command == load ]]; then
        _filedir
        return
    fi

    case $prev in
    --root)
        _filedir -d
        return
        ;;
    --image | --store | --to | --textfile | --cursor-file | --hosts | --metrics | --known | --import)
        _filedir
        return
        ;;
    --encoding)
        mapfile -t COMPREPLY < <(compgen -W 'printk kmsg netconsole journal-json journal-export journal-verbose json pstore' -- "$cur")
        return
        ;;
    --format)
        mapfile -t COMPREPLY < <(compgen -W 'markdown bugzilla mail' -- "$cur")
        return
        ;;
    --state)
        mapfile -t COMPREPLY < <(compgen -W 'new worse gone' -- "$cur")
        return
        ;;
    --host-from)
        mapfile -t COMPREPLY < <(compgen -W 'file dir' -- "$cur")
        return
        ;;
    -n | --lines | --since | --before | --host | --boot | -j | --jobs | --field-* | --netconsole | --senders | --url | --fixed-in | --commit | --note) return ;; # a number, a time, a host or an address: no completion
    --kind)
        mapfile -t COMPREPLY < <(compgen -W 'k p' -- "$cur")
        return
        ;;
    --for | --from)
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
    '') mapfile -t COMPREPLY < <(compgen -W 'show stamp cmdline load inspect record log ingest listen triage report annotate hosts forget prune seal send copy metrics doctor check help' -- "$cur") ;;
    help) mapfile -t COMPREPLY < <(compgen -W 'show stamp cmdline load inspect record log ingest listen triage report annotate hosts forget prune seal send copy metrics doctor check' -- "$cur") ;;
    inspect | ingest) _filedir ;;
    esac
} &&
    complete -F _kexec_lineage kexec-lineage
