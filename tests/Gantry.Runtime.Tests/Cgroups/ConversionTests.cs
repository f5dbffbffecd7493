using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Tests.Cgroups;

public sealed class ConversionTests
{
    [Fact]
    public void RdmaWithoutANumberIsUnlimited()
    {
        Assert.Equal("mlx5_1 hca_handle=3 hca_object=max", RdmaController.Line("mlx5_1", new OciRdma { HcaHandles = 3 }));
        Assert.Equal("mlx5_1 hca_handle=max hca_object=10000", RdmaController.Line("mlx5_1", new OciRdma { HcaObjects = 10000 }));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(1000, 10000)]
    [InlineData(500, 4950)]
    public void AWeightOfBlockIOKeepsItsPlaceInTheRange(ushort weight, int converted) =>
        Assert.Equal(converted, BlockIOController.Weight(weight));

    [Fact]
    public void OnlyRealLimitsKeepARootlessContainerFromStarting()
    {
        Assert.False(Rootless.AsksForLimits(null));
        Assert.False(Rootless.AsksForLimits(new OciResources { Devices = [new OciDeviceRule { Access = "rwm" }],
            Pids = new OciPids { Limit = 0 }, Memory = new OciMemory { Limit = -1 } }));
        Assert.True(Rootless.AsksForLimits(new OciResources { Memory = new OciMemory { Limit = 1 } }));
        Assert.True(Rootless.AsksForLimits(new OciResources { Unified = new Dictionary<string, string> { ["memory.high"] = "1" } }));
    }

    [Theory]
    [InlineData(null, 40000UL, "30000 40000")]
    [InlineData(20000L, null, "20000 50000")]
    [InlineData(-1L, null, "max 50000")]
    [InlineData(20000L, 40000UL, "20000 40000")]
    public void QuotaAndPeriodAreUpdatedOneWithoutTheOther(long? quota, ulong? period, string written)
    {
        string directory = Directory.CreateTempSubdirectory("gantry-cpu-").FullName, file = Path.Combine(directory, "cpu.max");
        File.WriteAllText(file, "30000 50000");
        CpuController.ApplyV2(directory, new OciCpu { Quota = quota, Period = period });
        Assert.StartsWith(written, File.ReadAllText(file));
        Directory.Delete(directory, recursive: true);
    }
}
