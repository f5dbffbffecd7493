using System.Diagnostics;
using Gantry.Daemon.Tracing;

namespace Gantry.Daemon.Tests.Tracing;

public sealed class PhaseTreeTests
{
    [Fact]
    public void WhatBeganBeforeThePhaseThatItIsWithinStandsBelowIt()
    {
        using Activity root = new Activity("start").Start();
        using Activity first = new Activity("clone").Start();
        first.Stop();
        using Activity outer = new Activity("rootfs and mounts").Start();
        using Activity inner = new Activity("assemble root").Start();
        inner.Stop();
        using Activity second = new Activity("cgroup").Start();
        second.Stop();
        outer.Stop();
        root.Stop();
        // As they end; the two of the supervisor began earlier than their parent here.
        List<(Activity, PhaseTrace)> phases =
        [
            (first, new PhaseTrace("clone", 200, 300, 0)), (inner, new PhaseTrace("assemble root", 100, 50, 1)),
            (second, new PhaseTrace("cgroup", 150, 50, 1)), (outer, new PhaseTrace("rootfs and mounts", 600, 100, 0)),
        ];
        Assert.Equal(["clone", "rootfs and mounts", "assemble root", "cgroup"],
            PhaseTree.InOrder(root, phases).Select(phase => phase.Name));
    }
}
