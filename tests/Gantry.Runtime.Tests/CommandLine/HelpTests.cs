using Gantry.Runtime.CommandLine;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class HelpTests
{
    public static TheoryData<string> Names => [.. Commands.Names];

    [Theory, MemberData(nameof(Names))]
    public void EveryCommandExplainsItselfAndItsOptions(string name)
    {
        Command command = Commands.Find(name)!;
        Assert.Contains($"usage: gantry-runtime {name}", command.Help);
        Assert.All(command.Options, option => Assert.Contains($"--{option[..option.AsSpan().IndexOfAny("|= ")]}", command.Help));
        Assert.All(command.Options, static option => Assert.Contains("  ", option));
    }

    [Fact]
    public void AShortNameAndAValueAreShown() =>
        Assert.Contains("  -f, --format FORMAT  table (default) or json\n", Commands.Find("list")!.Help);

    [Theory]
    [InlineData("list", 0, true)]
    [InlineData("list", 1, false)]
    [InlineData("state", 0, false)]
    [InlineData("state", 2, false)]
    [InlineData("kill", 2, true)]
    [InlineData("kill", 3, false)]
    [InlineData("exec", 9, true)]
    public void ArgumentsAreCounted(string name, int count, bool right)
    {
        Exception? error = Record.Exception(() => Commands.Find(name)!.CheckArguments(count));
        Assert.Equal(right, error is null);
    }
}
