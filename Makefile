# Everything a developer does here, one target each. `make help` lists them.

PREFIX     ?= /usr/local
PUBLISH    := artifacts/publish
PROGRAMS   := $(PUBLISH)/gantry $(PUBLISH)/gantryd $(PUBLISH)/gantry-runtime
PROPS      := Directory.Build.props Directory.Packages.props
SOURCES    := $(shell find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*') $(wildcard src/*/*.csproj) packaging/programs.proj $(PROPS)

# What the programs need to be built and to run; on a fresh Debian nothing of it need be there.
BUILD_PACKAGES := gcc libc6-dev zlib1g-dev
RUN_PACKAGES   := busybox-static tini libseccomp2 libnftables1 libzstd1 iproute2 procps util-linux ca-certificates

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help run stop test soak compare conformance test-vm publish build bench install uninstall clean packages

help: ## List the targets.
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: packages $(PROGRAMS) ## Build, start the daemon unless it runs, make the busybox image, run a container and show its output.
	@scripts/run-demo $(PUBLISH)

stop: ## Stop the daemon that `make run` started; its containers go on.
	@scripts/stop-daemon

build: packages ## Compile every project; a warning is an error.
	dotnet build Gantry.slnx -v quiet -nologo

test: ## Compile, publish, run every test as root; the last line is "N passed, N failed, N skipped".
	@scripts/test

compare: packages $(PROGRAMS) ## Build all compared Dockerfiles here, with dockerd's classic builder and with its BuildKit; some ten minutes, as root.
	@scripts/need-packages docker.io
	dotnet build tests/Gantry.EndToEnd.Tests -c Release -v quiet -nologo -clp:NoSummary
	GANTRY_BUILD_COMPARED=all GANTRY_BUILD_PROJECTS=all dotnet tests/Gantry.EndToEnd.Tests/bin/Release/net10.0/Gantry.EndToEnd.Tests.dll -noLogo -class '*DifferentialTests' -class '*ProjectTests'

conformance: packages $(PROGRAMS) ## Run the suite for OCI runtimes on ours, runc and crun.
	@scripts/need-packages --optional runc crun
	dotnet build tests/Gantry.Conformance.Tests -v quiet -nologo -clp:NoSummary
	RUNTIME=gantry-runtime,runc,crun dotnet tests/Gantry.Conformance.Tests/bin/Debug/net10.0/Gantry.Conformance.Tests.dll -noLogo

test-vm: packages $(PROGRAMS) ## Boot Debian's kernel with cgroup v2 alone and test runtime and engine there, then the cgroups of systemd; as root.
	dotnet build tests/Gantry.Conformance.Tests -v quiet -nologo -clp:NoSummary
	@scripts/test-vm
	@VM_INIT=systemd scripts/test-vm
	@VM_INIT=systemd VM_CGROUPS=1 scripts/test-vm

ROUNDS   ?= 300
REQUESTS ?= 100000
EDITS    ?= 200
KILLS    ?= 50
FUZZ     ?= 100000
SEEDS    ?= 1 2 3

soak: packages $(PROGRAMS) ## Storms of kills (ROUNDS), API requests (REQUESTS), edits (EDITS) and kills (KILLS) of builds, for each of SEEDS; contexts that are damaged (FUZZ); some fifty minutes, as root.
	dotnet build tests/Gantry.EndToEnd.Tests -c Release -v quiet -nologo -clp:NoSummary
	@for seed in $(SEEDS); do GANTRY_STORM_ROUNDS=$(ROUNDS) GANTRY_STORM_SEED=$$seed GANTRY_API_REQUESTS=$(REQUESTS) GANTRY_FUZZ_SEED=$$seed \
	    GANTRY_BUILD_EDITS=$(EDITS) GANTRY_BUILD_KILLS=$(KILLS) GANTRY_BUILD_SEED=$$seed \
	    dotnet tests/Gantry.EndToEnd.Tests/bin/Release/net10.0/Gantry.EndToEnd.Tests.dll -noLogo -class '*StormTests' -class '*ApiFuzzTests' -class '*BuildKilledTests' || exit; done
	dotnet build tests/Gantry.Build.Tests -c Release -v quiet -nologo -clp:NoSummary
	GANTRY_FUZZ=$(FUZZ) dotnet tests/Gantry.Build.Tests/bin/Release/net10.0/Gantry.Build.Tests.dll -noLogo -class '*ContextDirectoryTests' -class '*ListingFuzzTests'

publish: packages $(PROGRAMS) ## The three native programs, one file each, in artifacts/publish.

$(PROGRAMS) &: $(SOURCES) ; @scripts/publish $(PUBLISH)

bench: packages $(PROGRAMS) ## Measure ours beside the peers that are installed; the tables go to bench/results.
	@bench/run $(PUBLISH)
	@scripts/need-packages --optional docker-registry skopeo podman python3
	@bench/images $(PUBLISH)
	@scripts/need-packages --optional buildah
	@bench/builds $(PUBLISH)

install: publish ## Install programs and systemd unit under PREFIX (default /usr/local); DESTDIR is respected.
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/gantryd.service > artifacts/gantryd.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system artifacts/gantryd.service

uninstall: ## Remove what `make install` put there; images and containers stay in /var/lib/gantry.
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(PROGRAMS))) $(DESTDIR)$(PREFIX)/lib/systemd/system/gantryd.service

clean: ## Remove everything that was built; images and containers stay.
	rm -rf artifacts TestResults
	find src tests -depth -type d \( -name bin -o -name obj \) -exec rm -rf {} +

packages: # Not listed: the Debian packages without which nothing here works.
	@scripts/need-packages $(BUILD_PACKAGES) $(RUN_PACKAGES)
