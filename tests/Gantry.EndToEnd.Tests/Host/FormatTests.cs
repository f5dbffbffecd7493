using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Host;

/// <summary>Go templates, as far as people use them with these commands.</summary>
public sealed class FormatTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task Templates(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "-e", "A=1", "-e", "B=2", "--label", "colour=red", "--label", "x.y/z=odd", "-p",
            "18099:80", "busybox", "echo", "one", "two");
        foreach ((string template, string expected) in new[]
        {
            ("{{.Name}}", $"/{container}"),
            ("{{.Config.Image}} {{.State.Status}}", "busybox created"),
            ("{{json .Config.Cmd}}", """["echo","one","two"]"""),
            ("{{range .Config.Cmd}}<{{.}}>{{end}}", "<echo><one><two>"),
            ("{{range $i, $word := .Config.Cmd}}{{$i}}={{$word}};{{end}}", "0=echo;1=one;2=two;"),
            ("{{index .Config.Cmd 1}}", "one"),
            ("{{index .Config.Labels \"x.y/z\"}}", "odd"),
            ("{{.Config.Labels.colour}}", "red"),
            ("{{if .State.Running}}yes{{else}}no{{end}}", "no"),
            ("{{if eq .State.Status \"created\"}}same{{end}}", "same"),
            ("{{if and .Config.Image (not .State.Running)}}both{{end}}", "both"),
            ("{{printf \"%s-%d\" .Config.Image .State.ExitCode}}", "busybox-0"),
            ("{{join .Config.Cmd \"+\"}}", "echo+one+two"),
            ("{{len .Config.Cmd}}", "3"),
            ("{{upper .Config.Image}} {{lower \"ABC\"}} {{title \"word\"}}", "BUSYBOX abc Word"),
            ("{{split \"a,b\" \",\"}}", "[a b]"),
            ("{{with .Config}}{{.Image}}{{end}}", "busybox"),
            ("{{(index (index .HostConfig.PortBindings \"80/tcp\") 0).HostPort}}", "18099"),
            ("{{range $port, $bindings := .HostConfig.PortBindings}}{{$port}} -> {{(index $bindings 0).HostPort}}{{end}}",
                "80/tcp -> 18099"),
            ("{{- /* nothing */ -}} {{ .Config.Image | printf \"%q\" }}", "\"busybox\""),
            ("{{.Config.Cmd}}", "[echo one two]"),
            ("{{.HostConfig.Memory}} {{.State.Running}} {{.Config.Tty}}", "0 false false"),
            ("{{println .Config.Image}}x", "busybox\nx"),
            ("{{slice .Config.Image 0 4}}", "busy"),
        })
        {
            Assert.Equal((template, expected), (template, await engine.Inspect(container, template)));
        }
    }

    /// <summary>Of what is listed one by one, sizes have three digits; sums, and what is reclaimed, have four.</summary>
    [Theory, EveryEngine]
    public async Task SizesHaveAsManyDigitsAsDockers(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        await engine.Ok("exec", container, "sh", "-c", "head -c 1234567 /dev/zero > /some");
        string verbose = await engine.Ok("system", "df", "-v");
        const string Three = @"(\d\.\d\d?|\d\d(\.\d)?|\d\d\d|\d)[kM]?B";
        // Of an image that has several names one is shown, and other tests give it more.
        string image = (await engine.Ok("images", "--format", "{{.ID}}", "busybox:latest")).Trim();
        Assert.Matches($@"(?m)^\S+ +\S+ +{image} +.* ago +{Three} +\S+ +\S+ +\d+ *$", verbose);
        Assert.Matches($@"(?m)^\w+ +busybox .* 0 +{Three} +.*{container} *$", verbose);
        Assert.Matches($@"(?m)^latest {Three}$", await engine.Ok("images", "--format", "{{.Tag}} {{.Size}}", "busybox"));
        Assert.Matches($@"^{Three} \(virtual {Three}\)$",
            await engine.Ok("ps", "-s", "--filter", $"name={container}", "--format", "{{.Size}}"));
    }

    [Theory, EveryEngine]
    public async Task ABadTemplateIsSaidSo(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "busybox");
        foreach (string template in new[] { "{{.Name", "{{nosuch .Name}}", "{{.State.NoSuchField}}" })
        {
            Processes.Command.Result result = await engine.Run("inspect", "-f", template, container);
            Assert.NotEqual(0, result.Code);
            Assert.Contains("template", result.Error);
        }
    }

    [Theory, EveryEngine]
    public async Task TablesWithChosenColumns(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--label", "mark=here");
        string[] lines = (await engine.Ok("ps", "--filter", $"name={container}", "--format",
            "table {{.Names}}\t{{.Image}}\t{{.Label \"mark\"}}")).Split('\n');
        Assert.Matches(@"^NAMES\s+IMAGE\s+mark\s*$", lines[0]);
        Assert.Matches($@"^{container}\s+busybox\s+here\s*$", lines[1]);
        string json = await engine.Ok("ps", "--filter", $"name={container}", "--format", "{{json .}}");
        Assert.Contains($"\"Names\":\"{container}\"", json);
        Assert.Contains("\"State\":\"running\"", json);
    }
}
