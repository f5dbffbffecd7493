using Gantry.EndToEnd.Builds.Differential;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Builds by a client that serves its files itself.</summary>
internal static class SessionClient
{
    public static async Task SkipUnlessInstalled()
    {
        Engine.SkipUnlessInstalled("dockerd");
        Assert.SkipWhen(await BuildKitClient.Find() is null, "no client is installed that builds with BuildKit by itself");
    }

    private static Dictionary<string, string?> Environment => new()
    {
        ["DOCKER_BUILDKIT"] = "1", ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration", ["DOCKER_HOST"] = null, ["SSH_AUTH_SOCK"] = null,
        ["BUILDKIT_PROGRESS"] = null,
    };

    /// <param name="script">For a shell in the directory; <c>build</c> is the client's command.</param>
    public static Task<Command.Result> Run(Engine engine, Scratch scratch, string script) => Run(engine.Daemon.Host, scratch, script);

    /// <inheritdoc cref="Run(Engine, Scratch, string)"/>
    public static async Task<Command.Result> Run(string host, Scratch scratch, string script) => await Command.Run("bash",
        ["-ec", $"build() {{ {await BuildKitClient.Find()} -H {host} build --progress=plain \"$@\"; }}\n{script}"], "",
        directory: scratch.Path, environment: Environment);

    public static async Task<RunningProcess> StartAsync(Engine engine, params IReadOnlyList<string> arguments) =>
        new((await BuildKitClient.Find())!, ["-H", engine.Daemon.Host, "build", "--progress=plain", .. arguments], Environment);
}
