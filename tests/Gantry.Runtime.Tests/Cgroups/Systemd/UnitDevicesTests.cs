using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

public sealed class UnitDevicesTests
{
    private const string Majors = "Character devices:\n  1 mem\n  5 /dev/tty\n136 pts\n 10 misc\n\nBlock devices:\n  8 sd\n136 other\n";
    private static readonly OciDeviceRule Closed = new() { Allow = false, Access = "rwm" };

    private static string Allowed(params IReadOnlyList<OciDeviceRule> rules)
    {
        List<UnitProperty> properties = [.. UnitDevices.Of(rules, Majors)];
        Assert.Equal("strict", properties[0].Value.Content);
        return string.Join(", ", properties[1].Value.Parts.Select(static p => $"{p.Parts[0].Content} {p.Parts[1].Content}"));
    }

    [Fact]
    public void WhatEveryContainerHasIsAllowed() =>
        Assert.Equal("char-* m, block-* m, /dev/char/1:3 rwm, /dev/char/1:5 rwm, /dev/char/1:7 rwm, /dev/char/1:8 rwm, /dev/char/1:9 rwm, "
            + "/dev/char/5:0 rwm, /dev/char/5:2 rwm, char-pts rwm", Allowed(Closed));

    [Fact]
    public void WholeMajorsGoByTheirNames() =>
        Assert.StartsWith("block-sd r, /dev/block/8:1 rw, char-misc rwm, char-*",
            Allowed(Closed, new() { Allow = true, Type = "b", Major = 8, Access = "r" },
            new() { Allow = true, Type = "b", Major = 8, Minor = 1, Access = "rw" },
            new() { Allow = true, Type = "c", Major = 10, Minor = -1 }, new() { Allow = true, Type = "c", Major = 77 },
            new() { Allow = true, Type = "c", Minor = 3 }));

    [Fact]
    public void ALaterRuleCloses() =>
        Assert.StartsWith("char-* m",
            Allowed(Closed, new() { Allow = true, Type = "c", Major = 10, Minor = 1 },
                new() { Allow = false, Type = "c", Major = 10, Minor = 1 }));

    [Fact]
    public void WithoutAListNothingIsTold()
    {
        Assert.Empty(UnitDevices.Of(null, Majors));
        Assert.Empty(UnitDevices.Of([Closed, new() { Allow = true, Type = "a" }], Majors));
    }
}
