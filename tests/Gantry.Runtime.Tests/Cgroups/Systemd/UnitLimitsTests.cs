using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

public sealed class UnitLimitsTests
{
    private const ulong Infinity = ulong.MaxValue;

    private static Dictionary<string, object> Of(OciResources resources, bool unified = true) =>
        UnitLimits.Of(resources, unified).ToDictionary(p => p.Name, p => p.Value.Type == "ay" ? Bytes(p.Value) : p.Value.Content);

    private static string Bytes(DBusValue value) => string.Join(' ', value.Parts.Select(static b => b.Content));

    [Fact]
    public void NothingAskedIsNothingTold() => Assert.Empty(Of(new OciResources()));

    [Fact]
    public void MemoryIsCountedAsVersionTwoDoes() =>
        Assert.Equal(new Dictionary<string, object> { ["MemoryMax"] = 100ul, ["MemoryLow"] = 50ul, ["MemorySwapMax"] = 60ul },
            Of(new OciResources { Memory = new OciMemory { Limit = 100, Reservation = 50, Swap = 160 } }));

    [Fact]
    public void UnlimitedIsInfinity()
    {
        Assert.Equal(new Dictionary<string, object> { ["MemoryMax"] = Infinity, ["MemorySwapMax"] = Infinity, ["TasksMax"] = Infinity },
            Of(new OciResources { Memory = new OciMemory { Limit = -1, Swap = -1 }, Pids = new OciPids { Limit = -1 } }));
        Assert.Equal(Infinity, Of(new OciResources { Cpu = new OciCpu { Quota = -1 } })["CPUQuotaPerSecUSec"]);
    }

    [Fact]
    public void VersionOneHasOtherNames() =>
        Assert.Equal(new Dictionary<string, object> { ["MemoryLimit"] = 100ul, ["CPUShares"] = 512ul, ["BlockIOWeight"] = 500ul,
            ["TasksMax"] = 42ul }, Of(new OciResources
        {
            Memory = new OciMemory { Limit = 100, Swap = 160 }, Cpu = new OciCpu { Shares = 512 },
            BlockIO = new OciBlockIO { Weight = 500 }, Pids = new OciPids { Limit = 42 },
        }, unified: false));

    [Theory]
    [InlineData(50_000, 100_000, 500_000)]
    [InlineData(25_500, 50_000, 510_000)]
    [InlineData(1_001, 100_000, 20_000)]
    [InlineData(400_000, null, 4_000_000)]
    public void AQuotaIsOfASecondInWholePercents(long quota, int? period, ulong expected)
    {
        Dictionary<string, object> told = Of(new OciResources { Cpu = new OciCpu { Quota = quota, Period = (ulong?)period } });
        Assert.Equal(expected, told["CPUQuotaPerSecUSec"]);
        Assert.Equal((ulong)(period ?? 100_000), told["CPUQuotaPeriodUSec"]);
    }

    [Fact]
    public void WeightsAreConvertedAsInTheFiles()
    {
        Dictionary<string, object> told =
            Of(new OciResources { Cpu = new OciCpu { Shares = 1024 }, BlockIO = new OciBlockIO { Weight = 500 } });
        Assert.Equal((39ul, 4950ul), (told["CPUWeight"], told["IOWeight"]));
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("0-2,9", "7 2")]
    [InlineData("64", "0 0 0 0 0 0 0 0 1")]
    public void ProcessorsAreBits(string list, string bytes)
    {
        Dictionary<string, object> told = Of(new OciResources { Cpu = new OciCpu { Cpus = list, Mems = "0" } });
        Assert.Equal((bytes, "1"), (told["AllowedCPUs"], told["AllowedMemoryNodes"]));
    }

    [Fact]
    public void FilesOfVersionTwoAreToldUnderTheirProperties() => Assert.Equal(new Dictionary<string, object>
    {
        ["MemoryHigh"] = 1000ul, ["MemoryMin"] = Infinity, ["CPUQuotaPeriodUSec"] = 50_000ul, ["CPUQuotaPerSecUSec"] = 400_000ul,
        ["AllowedCPUs"] = "3",
    }, Of(new OciResources
    {
        Unified = new Dictionary<string, string>
        {
            ["memory.high"] = "1000", ["memory.min"] = "max", ["memory.low"] = "1M", ["cpu.max"] = "20000 50000", ["cpuset.cpus"] = "0-1",
            ["hugetlb.2MB.max"] = "0", ["io.max"] = "8:0 rbps=1",
        },
    }));
}
