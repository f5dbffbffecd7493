using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Engines;

/// <summary>The small root filesystem of scripts/make-base-image, as <c>busybox:latest</c>.</summary>
public static class BaseImage
{
    private static readonly Lazy<Task<string>> Tar = new(Make);

    public static Task<string> Archive => Tar.Value;

    public static async Task Import(TestDaemon daemon)
    {
        using ApiClient api = new(daemon.Socket);
        await using FileStream archive = File.OpenRead(await Archive);
        using HttpResponseMessage answer = await api.Http.PostAsync(
            "/images/create?fromSrc=-&repo=busybox&tag=latest&changes=CMD%20%5B%22sh%22%5D", new StreamContent(archive));
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode && !body.Contains("\"error\""),
            $"import of the base image: {(int)answer.StatusCode} {body}\n{daemon.Log}");
    }

    private static async Task<string> Make()
    {
        string output = Path.Combine(Path.GetTempPath(), $"gantry-base-{Environment.ProcessId}.tar");
        (await Command.Run(Path.Combine(Programs.Repository, "scripts/make-base-image"), output)).Succeeded();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(output);
        return output;
    }
}
