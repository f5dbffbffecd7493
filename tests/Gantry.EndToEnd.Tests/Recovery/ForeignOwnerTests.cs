using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery;

/// <summary>A later version had an owner of blobs and layers that this one does not know.</summary>
public sealed class ForeignOwnerTests
{
    [Fact]
    public async Task WhatALaterVersionKeepsIsThereAfterGoingBack()
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await using Engine engine = new("gantry", daemon);
        await BaseImage.Import(daemon);
        string blobs = $"{daemon.DataRoot}/content/blobs/sha256";
        string kept = Directory.GetFiles(blobs).MaxBy(path => new FileInfo(path).Length)!;
        string layer = Path.GetDirectoryName(Directory.GetFiles($"{daemon.DataRoot}/overlay2", "layer.json", SearchOption.AllDirectories)
            .Single())!;
        string chain = JsonNode.Parse(await File.ReadAllTextAsync($"{layer}/layer.json"))!["ChainId"]!.ToString();
        await daemon.Stop();
        string root = $"{Directory.CreateDirectory($"{daemon.DataRoot}/roots/build-cache")}/base.json";
        string record = $$"""
            {"Version":1,"Owner":"build-cache","Name":"base","Blobs":["sha256:{{Path.GetFileName(kept)}}"],"Layers":["{{chain}}"],
             "Snapshots":["step"],"Since":"a later version"}
            """;
        await File.WriteAllTextAsync(root, record);
        await daemon.Start();
        await engine.Ok("rmi", "-f", "busybox");
        await engine.Ok("image", "prune", "-a", "-f");
        await engine.Ok("system", "check", "--repair");
        Assert.Equal([kept], Directory.GetFiles(blobs));
        Assert.True(Directory.Exists($"{layer}/diff/bin"));

        await daemon.Stop();
        await File.WriteAllTextAsync(root, record[..40]);
        await daemon.Start();
        await BaseImage.Import(daemon);
        int before = Directory.GetFiles(blobs).Length;
        await engine.Ok("rmi", "-f", "busybox");
        await engine.Ok("image", "prune", "-a", "-f");
        Assert.Equal(before, Directory.GetFiles(blobs).Length);
        const string said = "root build-cache/base.json";
        Assert.Contains(said, daemon.Log);
        Assert.Contains(said,
            string.Join('\n', (await engine.Api.Get("/info")).Json["Warnings"]!.AsArray().Select(line => (string)line!)));
        Command.Result check = await engine.Run("system", "check", "--repair");
        Assert.Contains(said, check.Output);
        Assert.Contains("nothing is collected meanwhile", check.Output);
        Assert.Equal(before, Directory.GetFiles(blobs).Length);

        await File.WriteAllTextAsync(root, record);
        await engine.Ok("system", "check", "--repair");
        Assert.Equal([kept], Directory.GetFiles(blobs));
        Assert.True(Directory.Exists($"{layer}/diff/bin"));
    }
}
