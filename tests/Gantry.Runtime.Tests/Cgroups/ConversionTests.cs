using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;

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
    public void AWeightOfBlockIOKeepsItsPlaceInTheRange(ushort weight, int converted) => Assert.Equal(converted, BlockIOController.Weight(weight));

    [Fact]
    public void OnlyRealLimitsKeepARootlessContainerFromStarting()
    {
        Assert.False(Rootless.AsksForLimits(null));
        Assert.False(Rootless.AsksForLimits(new OciResources { Devices = [new OciDeviceRule { Access = "rwm" }], Pids = new OciPids { Limit = 0 }, Memory = new OciMemory { Limit = -1 } }));
        Assert.True(Rootless.AsksForLimits(new OciResources { Memory = new OciMemory { Limit = 1 } }));
        Assert.True(Rootless.AsksForLimits(new OciResources { Unified = new Dictionary<string, string> { ["memory.high"] = "1" } }));
    }
}
