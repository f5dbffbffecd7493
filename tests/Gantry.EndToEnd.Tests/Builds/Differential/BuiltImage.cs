using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Builds.Differential;

/// <summary>What two builders' images can be compared by.</summary>
internal sealed record BuiltImage(string Configuration, IReadOnlyList<string> Files)
{
    private const string Template = "{{json .Config.Env}}\n{{json .Config.Cmd}}\n{{json .Config.Entrypoint}}\n"
        + "{{json .Config.WorkingDir}}\n{{json .Config.User}}\n{{json .Config.Labels}}\n{{json .Config.ExposedPorts}}\n"
        + "{{json .Config.Volumes}}\n{{json .Config.OnBuild}}\n{{json .Config.StopSignal}}\n{{json .Config.Healthcheck}}\n"
        + "{{json .Config.Shell}}\n{{json .Author}}\n{{.Os}}/{{.Architecture}}";

    /// <summary>What is older than this was not made by the build itself.</summary>
    private static readonly DateTimeOffset Before = DateTimeOffset.UtcNow.AddDays(-1);

    /// <remarks>No working directory is the root, which BuildKit writes down.</remarks>
    public static async Task<BuiltImage> ReadAsync(Engine engine, string image) =>
        new((await engine.Ok("image", "inspect", "-f", Template, image)).Replace("\n\"/\"\n", "\n\"\"\n", StringComparison.Ordinal),
            await BuiltTree.ListAsync(engine, image, Before));

    public void IsLike(BuiltImage other, string builder) => Assert.True(Configuration == other.Configuration
        && Files.SequenceEqual(other.Files), $"{builder} makes another image.\nOf its configuration alone:\n"
            + Only(other.Configuration.Split('\n'), Configuration.Split('\n')) + "\nof ours alone:\n"
            + Only(Configuration.Split('\n'), other.Configuration.Split('\n')) + "\nOf its files alone:\n" + Only(other.Files, Files)
            + "\nof ours alone:\n" + Only(Files, other.Files));

    private static string Only(IEnumerable<string> these, IEnumerable<string> those) => string.Join('\n', these.Except(those));
}
