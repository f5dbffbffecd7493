using System.Collections.Concurrent;
using System.Globalization;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Distribution;

/// <summary>A small Debian as a tar, made by debootstrap once a week.</summary>
public static class DebianRoot
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Made = [];

    public static Task<string> Archive => With("");

    /// <param name="package">One more of its packages, with what that needs; empty for none.</param>
    public static Task<string> With(string package) => Made.GetOrAdd(package, name => new Lazy<Task<string>>(() => Make(name))).Value;

    private static async Task<string> Make(string package)
    {
        string week = $"{DateTime.UtcNow.Year}-{ISOWeek.GetWeekOfYear(DateTime.UtcNow)}",
            archive = $"{TestCache.Root}/debian-bookworm{(package.Length > 0 ? $"-{package}" : "")}-{week}-1.tar";
        if (File.Exists(archive)) return archive;
        Assert.SkipUnless(Programs.Find("debootstrap") is not null, "debootstrap is not installed");
        Directory.CreateDirectory(TestCache.Root);
        string root = Directory.CreateTempSubdirectory("gantry-debian").FullName;
        try
        {
            string[] more = package.Length > 0 ? [$"--include={package}"] : [];
            Command.Result made = await Command.Run("debootstrap", ["--variant=minbase", .. more, "bookworm", root], "",
                TimeSpan.FromMinutes(10), Surroundings.Proxies);
            Assert.SkipUnless(made.Code == 0, $"debootstrap does not reach a mirror: {made.All.Split('\n')[^1]}");
            (await Command.Run("sh", "-c",
                $"chmod 755 {root} && rm -rf {root}/var/cache/apt/archives/*.deb && tar -C {root} --numeric-owner -cf {archive}.part . && "
                    + $"mv {archive}.part {archive}")).Succeeded();
            return archive;
        }
        finally
        {
            await Command.Run("rm", "-rf", "--one-file-system", root);
        }
    }
}
