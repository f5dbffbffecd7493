namespace Gantry.Conformance.Runtimes;

/// <summary>What Debian's runc (1.1) and crun (1.8) cannot do or do otherwise, each with its reason. What is not here,
/// all three do alike.</summary>
public static class Peers
{
    /// <param name="Test">A test class, a test of one, or one case of a test, as <c>Class</c>, <c>Class.Test</c>,
    /// <c>Class.Test(case)</c>.</param>
    public sealed record Difference(string Peer, string Test, string Reason);

    private const string Shares = "takes whatever is in the cgroup for the container's";
    private const string LeavesGroups = "leaves its cgroups behind when the kernel refuses a limit";

    public static IReadOnlyList<Difference> Differences { get; } =
    [
        new("runc", "TimeNamespaceTests", "knows no time namespaces; they came with 1.2"),
        new("crun", "TimeNamespaceTests", "its first process loses the connection to the parent in a time namespace; repaired later"),
        new("runc", "NamespaceTests.DomainNameIsSet", "does not know domainname, which is newer than its specification"),
        new("crun", "NamespaceTests.TheSameTypeTwiceIsRefused", "takes the last of several"),
        new("runc", "UserNamespaceTests.OneIsJoinedByItsPath",
            "asks for mappings also where the namespace has its own; 1.2 refuses them there"),

        new("runc", "IdMappedMountTests", "knows no idmapped mounts; they came with 1.2"),
        new("crun", "MountOptionTests.ANewFileSystemHasIt(nosymfollow)", "does not know nosymfollow"),
        new("crun", "MountOptionTests.ABindMountHasIt(nosymfollow)", "does not know nosymfollow"),
        new("crun", "MountOptionTests.ARecursiveOneHoldsBelow(rnosymfollow)", "does not know nosymfollow"),
        new("crun", "MountOptionTests.ARecursiveOneHoldsBelow(rnoatime)",
            "does not clear the field of access times, as mount_setattr(2) asks"),
        new("crun", "MountOptionTests.TheLastOfTwoOppositesWins", "keeps both"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(slave)", "binds from a namespace that is private by then"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(rslave)", "binds from a namespace that is private by then"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(shared)", "applies propagation to the source's place and not to the new mount"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(rshared)", "applies propagation to the source's place and not to the new mount"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(unbindable)",
            "applies propagation to the source's place and not to the new mount"),
        new("crun", "MountOptionTests.PropagationIsAsAsked(runbindable)",
            "applies propagation to the source's place and not to the new mount"),
        new("crun", "MountTests.AnUnknownFileSystemIsRefused", "names the destination without its slash"),
        new("crun", "MountTests.LinksInTheWayStayInsideTheRoot", "refuses a link whose target is not there yet"),
        new("runc", "RootTests.PropagationIsAsAsked", "makes the root private when it is a mount point already"),
        new("crun", "RootTests.PropagationIsAsAsked(slave)", "makes the root private"),
        new("crun", "DeviceTests.AnUnknownTypeIsRefused", "takes it for a character device"),

        new("runc", "SchedulingTests",
            "knows neither priority of input and output, nor scheduler, nor affinity; they came with 1.2 and 1.3"),
        new("crun", "SchedulingTests",
            "knows neither priority of input and output, nor scheduler, nor affinity; they came with 1.9 and later"),
        new("crun", "ResourceLimitTests.AnExecHasThem", "gives an exec the caller's limits"),
        new("crun", "ProcessTests.TheScoreOfTheOutOfMemoryKillerIsSet", "gives an exec the caller's score"),
        new("crun", "ProcessTests.ARelativeWorkingDirectoryIsRefused", "takes it as one below the root"),
        new("runc", "ProcessTests.ThePersonalityIsSet", "knows no personality; it came with 1.2"),
        new("runc", "ProcessTests.AnUnknownPersonalityIsRefused", "knows no personality; it came with 1.2"),
        new("runc", "UserTests.ThePrimaryGroupIsAmongTheSupplementaryOnes", "gives the groups that are named alone; engines name this one"),
        new("crun", "UserTests.ThePrimaryGroupIsAmongTheSupplementaryOnes", "gives the groups that are named alone; engines name this one"),
        new("crun", "CapabilityTests.AnExecMayHaveMore", "takes --cap for all there is to be and not for what is added"),
        new("crun", "LabelTests.ASelinuxLabelIsRefusedWhereItIsInactive", "refuses it with an error that does not name SELinux"),

        new("runc", "SeccompTests.FlagsAreAccepted", "knows no flags of seccomp; they came with 1.1.6"),
        new("runc", "SeccompTests.AnUnknownFlagIsRefused", "knows no flags of seccomp; they came with 1.1.6"),

        new("crun", "CheckpointTests", "Debian's is built without CRIU"),
        new("crun", "KillTests.AStoppedOneTakesNone", "words it as the kernel does; podman looks for that"),
        new("crun", "KillTests.AnUnknownSignalIsRefused", "takes an unknown name for no signal, and succeeds"),
        new("runc", "PauseTests.APausedOneStaysSoWhateverElseItIsSent", "lets it go on after a signal for all"),
        new("crun", "PauseTests.OnlyAPausedOneIsResumed", "resumes a running one as well"),
        new("crun", "ExecTests.FurtherGroupsAreAdded", "knows no --additional-gids"),
        new("crun", "ExecTests.ItHasTheContainersEnvironment", "gives an exec with --env no environment but that"),
        new("crun", "PsTests.TheTableIsThatOfPs", "prints the numbers alone"),
        new("crun", "PsTests.OptionsGoToPs", "prints the numbers alone"),
        new("crun", "LifecycleTests.TheStateTellsWhatItIs", "gives the root as the configuration has it"),
        new("crun", "ListTests.NothingIsAnEmptyList", "has a table of its own form"),
        new("crun", "ListTests.TheTableHasAHeadAndARow", "has a table of its own form"),
        new("crun", "SpecTests.FeaturesAreAnObject", "knows no features; they came with 1.9"),
        new("crun", "EventsTests", "knows no events"),
        new("crun", "CommandErrorTests.ACommandThatIsNotThereIsNamed", "has the name inside the text that Docker's clients match"),
        new("crun", "TerminalTests.ASocketNeedsATerminal", "ignores a socket that has no use"),

        new("runc", "SharedCgroupTests.ASignalForAllReachesItsOwnAlone", Shares),
        new("crun", "SharedCgroupTests.ASignalForAllReachesItsOwnAlone", Shares),
        new("runc", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneThatHasIts", Shares),
        new("crun", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneThatHasIts", Shares),
        new("runc", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneInAGroupBelow", Shares),
        new("crun", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneInAGroupBelow", Shares),
        new("runc", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneThatIsBeingMade", Shares),
        new("crun", "SharedCgroupTests.WithoutAPidNamespaceItLeavesOneThatIsBeingMade", Shares),
        new("runc", "PidsTests.AnExecComesIntoAFullOne", "has threads in there, and luck decides whether they come in time"),
        new("runc", "SharedCgroupTests.WhatCouldNotBeToldApartIsRefused", "warns, and ends all of them with the container"),
        new("crun", "SharedCgroupTests.WhatCouldNotBeToldApartIsRefused", Shares),
        new("crun", "CgroupPathTests.TheHostsOwnIsNotReachedByDots",
            "takes the dots as they are, and fails at a directory that is not there"),
        new("runc", "CpuTests.IdleIsSet", "knows no idle; it came with 1.1.6"),
        new("runc", "CpuTests.BurstIsSet", "knows no burst; it came with 1.2"),
        new("crun", "CpuTests.BurstIsSet", "knows no burst"),
        new("crun", "CpuTests.APeriodOutOfRangeIsRefused", LeavesGroups),
        new("crun", "CpuTests.AProcessorThatIsNotThereIsRefused", LeavesGroups),
        new("crun", "MemoryTests.MoreSwapThanBothIsRefused", LeavesGroups),
        new("crun", "PidsTests.NoLimitIsUnlimited", "writes -1, which the kernel refuses, and leaves its cgroups"),
        new("crun", "HugepageTests.ASizeThatIsNotThereIsRefused", LeavesGroups),
        new("crun", "UnifiedTests.WithVersionOneItIsRefused", LeavesGroups),
        new("crun", "BlockIOTests.TheWeightIsSet", "fails where weights have only the name of their scheduler"),

        new("crun", "SystemdCgroupTests.LimitsAreSystemdsAndTheKernels",
            "tells systemd of no limit but the processor's weight; repaired later"),
        new("crun", "SystemdCgroupTests.AnUpdateReachesBoth", "tells systemd of no limit, so that a reload takes it back; repaired later"),
        new("crun", "SystemdCgroupTests.FilesOfVersionTwoStayAfterAReload",
            "tells systemd of no limit, so that a reload takes it back; repaired later"),
        new("crun", "SystemdCgroupTests.AnotherFormIsRefusedByItsField", "passes it on, and systemd's refusal names no field"),
        new("crun", "SystemdCgroupTests.AnOrdinaryUsersIsHisManagers", "has no default for an ordinary user's slice"),
        new("crun", "SystemdCgroupTests.AnExecIsInTheScope", "leaves an exec in its caller's group of version 1's hierarchy for systemd"),
        new("runc", "SystemdCgroupTests.AUnitIsNobodyElses", "joins the other container's with a warning; 1.2 refuses"),

        new("runc", "FrozenTests.ContainersAreNotMadeThere()", "looks at the group alone and not at those above it, and waits for ever"),
        new("runc", "FrozenTests.OneThatIsFrozenWhileItIsMadeIsGivenUp", "waits for ever"),
        new("crun", "FrozenTests.ContainersAreNotMadeThere", "waits for ever"),
        new("crun", "FrozenTests.OneThatIsFrozenWhileItIsMadeIsGivenUp", "waits for ever"),

        new("runc", "HookTests.TheyRunInTheirOrder", "runs poststart hooks at the end of create"),
        new("runc", "HookTests.EachGetsTheStateAsInput(poststart)", "runs poststart hooks at the end of create"),
        new("runc", "HookTests.AFailureAfterTheEndIsOnlyLogged", "skips the hooks after one that failed"),
        new("crun", "HookTests.EachGetsTheStateAsInput(prestart)", "says created while the container is being created"),
        new("crun", "HookTests.EachGetsTheStateAsInput(createRuntime)", "says created while the container is being created"),
        new("crun", "HookTests.EachGetsTheStateAsInput(createContainer)", "says created while the container is being created"),
        new("crun", "HookTests.EachGetsTheStateAsInput(startContainer)", "says / in the bundle's place"),
    ];

    /// <returns>Why the test is not for this runtime; null when it is.</returns>
    public static string? Gap(string runtime, string test, string? @case) =>
        Differences.FirstOrDefault(d => d.Peer == runtime
            && (d.Test == test || d.Test == $"{test}({@case})" || d.Test == test[..test.IndexOf('.')])) is { } found
            ? $"{runtime}: {found.Reason}" : null;
}
