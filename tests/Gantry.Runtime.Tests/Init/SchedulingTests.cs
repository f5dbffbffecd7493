using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Tests.Init;

public sealed class SchedulingTests
{
    [Fact]
    public void APolicyCarriesAllItsValues()
    {
        OciScheduler scheduler = new() { Policy = "SCHED_DEADLINE", Flags = ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_DL_OVERRUN"],
            Runtime = 1, Deadline = 2, Period = 3 };
        Assert.Equal(new SchedulingPolicy(6, 5, 0, 0, 1, 2, 3), Scheduling.Policy(scheduler));
        Assert.Equal(new SchedulingPolicy(1, 0, 0, 7, 0, 0, 0),
            Scheduling.Policy(new OciScheduler { Policy = "SCHED_FIFO", Priority = 7 }));
        Assert.Equal(new SchedulingPolicy(3, 0, -5, 0, 0, 0, 0), Scheduling.Policy(new OciScheduler { Policy = "SCHED_BATCH", Nice = -5 }));
    }

    [Theory]
    [InlineData("0", 1UL)]
    [InlineData("0-3,7", 0x8FUL)]
    [InlineData("1, 3", 0xAUL)]
    [InlineData("63", 1UL << 63)]
    public void AListOfProcessorsIsAMask(string text, ulong mask) => Assert.Equal([mask], CpuList.Parse(text, "cpus"));

    [Fact]
    public void AMaskIsAsLongAsItsHighestProcessor() => Assert.Equal([0, 0, 4], CpuList.Parse("130", "cpus"));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData("99999")]
    [InlineData("2-1")]
    public void OtherListsAreRefused(string text) => Assert.Throws<GantryException>(() => CpuList.Parse(text, "cpus"));
}
