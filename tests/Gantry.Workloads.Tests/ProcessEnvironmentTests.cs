using Xunit;

namespace Gantry.Workloads.Tests;

public sealed class ProcessEnvironmentTests
{
    [Fact]
    public void ALaterValueTakesThePlaceOfAnEarlierAndABareNameRemovesIt()
    {
        List<string> environment = ProcessEnvironment.Defaults("box", terminal: true);
        ProcessEnvironment.Merge(environment, ["PATH=/mine", "X=1", "TERM"]);
        Assert.Equal(["PATH=/mine", "HOSTNAME=box", "X=1"], environment);
    }
}
