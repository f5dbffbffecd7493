using System.Runtime.InteropServices;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Host;

namespace Gantry.Daemon.Host;

/// <summary>Which program this is, and what it speaks.</summary>
internal sealed class VersionRoutes(HostFacts host)
{
    public void Map(Router router) => router.Get("/version", Version);

    private Task Version(RequestContext context)
    {
        Dictionary<string, string> details = new()
        {
            ["ApiVersion"] = ApiVersion.Newest.ToString(),
            ["Arch"] = host.Architecture,
            ["BuildTime"] = ProductVersion.BuildTime,
            ["Experimental"] = "false",
            ["GitCommit"] = ProductVersion.Commit,
            ["GoVersion"] = RuntimeInformation.FrameworkDescription,
            ["KernelVersion"] = host.KernelVersion,
            ["MinAPIVersion"] = ApiVersion.Oldest.ToString(),
            ["Os"] = "linux",
        };
        return context.WriteJsonAsync(new SystemVersion
        {
            Platform = new VersionPlatform { Name = "Gantry" },
            Components =
            [
                new VersionComponent { Name = "Engine", Version = ProductVersion.Text, Details = details },
                new VersionComponent { Name = "gantry-runtime", Version = ProductVersion.Text,
                    Details = new() { ["GitCommit"] = ProductVersion.Commit } },
            ],
            Version = ProductVersion.Text,
            ApiVersion = details["ApiVersion"],
            MinAPIVersion = details["MinAPIVersion"],
            GitCommit = details["GitCommit"],
            GoVersion = details["GoVersion"],
            Os = "linux",
            Arch = host.Architecture,
            KernelVersion = host.KernelVersion,
            BuildTime = details["BuildTime"],
        }, ApiJson.Wire.SystemVersion);
    }
}
