#!/bin/sh
# inference-root.sh PROGRAM LIBRARIES ROOT
#
# The root file system of the inference image: the program, the native libraries of libtorch that it needs, and of the
# system only what these load. No shell, no package, nothing else to keep patched.
set -eu
program=$1
libraries=$2
root=$3

mkdir -p "$root/opt/velib/bin" "$root/opt/velib/lib" "$root/tmp"
chmod 1777 "$root/tmp"
cp "$program" "$root/opt/velib/bin/velib-inference"
# libtorch.so itself is a linker script that only a build needs.
for library in libtorch_cpu.so libc10.so libgomp.so.1 libcudart.so.13 libcupti.so.13; do
    cp --dereference "$libraries/$library" "$root/opt/velib/lib/"
done

# Where the loader looks for what is not beside the program.
loaded=$(LD_LIBRARY_PATH="$root/opt/velib/lib" ldd "$root/opt/velib/bin/velib-inference" "$root"/opt/velib/lib/*)
if echo "$loaded" | grep "not found"; then
    exit 1
fi
echo "$loaded" | sed --quiet 's/^\t\(.* => \)\?\(\/[^ ]*\) (.*/\2/p' | sort --unique | while read -r library; do
    case $library in "$root"/*) continue ;; esac
    mkdir -p "$root$(dirname "$library")"
    cp --dereference "$library" "$root$library"
done
