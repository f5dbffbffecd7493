using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Xunit;

namespace Gantry.Cli.Tests.CommandLine;

public sealed class CommandTableTests
{
    [Fact]
    public void EveryCommandDeclaresItsOptionsWithoutAClash()
    {
        foreach (CommandEntry entry in CommandTable.All) Assert.NotNull(entry.Create().Syntax);
    }

    [Fact]
    public void NoNameMeansTwoCommands()
    {
        string[] names = [.. CommandTable.All.SelectMany(entry => entry.Aliases.Prepend(entry.Path))];
        Assert.Equal(names.Distinct().Count(), names.Length);
    }

    [Fact]
    public void EveryNounIsDescribed()
    {
        string[] nouns =
            [.. CommandTable.All.Where(entry => entry.Path.Contains(' ')).Select(entry => entry.Path.Split(' ')[0]).Distinct().Order()];
        Assert.Empty(nouns.Except(CommandTable.Nouns.Select(noun => noun.Name)));
    }

    [Fact]
    public void APrunesFilterRemovesAndShowsNothing()
    {
        CommandEntry[] prunes = [.. CommandTable.All.Where(entry => entry.Path.EndsWith(" prune", StringComparison.Ordinal))];
        Assert.Equal(6, prunes.Length);
        foreach (CommandEntry prune in prunes)
            Assert.StartsWith("Remove only", prune.Create().Flags.Find("filter")!.Usage, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatUsersTypeIsThere()
    {
        string[] names = [.. CommandTable.All.Select(entry => entry.TopName).OfType<string>()];
        foreach (string name in (string[])["run", "create", "start", "stop", "restart", "kill", "pause", "unpause", "rm", "ps", "logs",
            "attach", "exec", "inspect", "top", "wait", "rename",
            "images", "load", "save", "import", "tag", "rmi", "version", "info", "events", "port", "update"])
            Assert.Contains(name, names);
    }
}
