# SPDX-License-Identifier: GPL-2.0-or-later
# Shortcuts for meson and the scripts of the project; `make help` lists the targets.

PYTHON ?= /usr/bin/python3
DESTDIR ?=
# Install the packages that a target needs before its other prerequisites are built.
.NOTPARALLEL:
STAGE := $(CURDIR)/build/stage

.PHONY: help deps build stage demo check check-matrix check-packages check-host install packages lint fuzz bench coverage clean
.PHONY: need-build deps-demo deps-check deps-packages deps-check-packages deps-host

help:
	@echo 'make demo      boot real kernels in QEMU, kexec through them, show their lineage'
	@echo 'make check     build and run every test'
	@echo 'make check-matrix  test KHO on every kernel that the lab builds and on every pair of these kernels,'
	@echo '                   bugs under UEFI, arm64, builds with one feature disabled, long versions of some tests'
	@echo 'make check-packages  build the packages, install and remove them in Debian 12 and 13 (as root)'
	@echo 'make check-host  test the packages in a Debian 12 VM: kexecs, resets and panics (as root)'
	@echo 'make deps      install the Debian packages that are needed to build both programs'
	@echo 'make build     build into build/; kexec-lineage-fleet only if its libraries are installed'
	@echo 'make install   install into DESTDIR (default: the system)'
	@echo 'make packages  build Debian packages into build/packages'
	@echo 'make lint      check formatting, shell, Python, manual pages, licence lines'
	@echo 'make fuzz      run every fuzz target for SECONDS each (default 600)'
	@echo 'make bench     compare the speed with other programs'
	@echo 'make coverage  measure the line coverage of core/ and lib/'
	@echo 'make clean     remove what was built (kernels stay in the cache)'
	@echo
	@echo 'make check PARTS="unit golden" runs only these parts; tests/run.py --help lists all parts.'

deps:
	@packaging/install-deps build fleet

# The targets that build and install the programs do not install or remove system packages.
need-build:
	@packaging/install-deps --check build

deps-demo deps-check deps-packages deps-check-packages deps-host:
	@packaging/install-deps $(@:deps-%=%)

build/build.ninja: | need-build
	meson setup build

build: need-build build/build.ninja
	ninja -C build

stage: build
	@meson install -C build --no-rebuild --quiet --destdir $(STAGE)

demo: deps-demo stage
	$(PYTHON) -m lab demo --stage $(STAGE)

check: deps-check
	$(PYTHON) tests/run.py $(PARTS)

check-matrix: deps-check
	$(PYTHON) tests/run.py matrix variants arm64

check-packages: deps-check-packages
	$(PYTHON) tests/run.py packages

check-host: deps-host
	$(PYTHON) tests/run.py host

packages: deps-packages
	packaging/build-deb

install: build
	meson install -C build --no-rebuild $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

lint: deps-check
	$(PYTHON) tests/lint.py

fuzz: deps-check
	$(PYTHON) tests/run.py fuzz --fuzz-seconds $(or $(SECONDS),600)

bench: deps-check stage
	meson configure build -Dtests=true
	ninja -C build
	$(PYTHON) tests/bench/run.py --build build --stage $(STAGE)

coverage: deps-check
	$(PYTHON) tests/run.py coverage

clean:
	rm -rf build build-*
