using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Images;
using Gantry.Cli.Output;
using Gantry.Cli.Registry;

namespace Gantry.Cli.Builds.Results;

/// <summary>Sends what was built to the registries of its names.</summary>
internal static class PushedNames
{
    private const string DefaultTag = "latest";

    /// <param name="names">Each is pushed; the first failure ends it.</param>
    public static void Push(Invocation invocation, IEnumerable<string> names, TextWriter said)
    {
        foreach (string name in names.Distinct())
        {
            (string repository, string? tag) = TargetReference.Split(name);
            using ApiResponse response = invocation.Client.Images.Push(repository, tag ?? DefaultTag, Login.HeaderFor(name), null, null);
            MessageDisplay.For(said, descriptor: 1).Show(JsonLines.Messages(response.Body));
        }
    }
}
