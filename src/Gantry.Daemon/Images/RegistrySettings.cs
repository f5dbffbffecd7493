using Gantry.Daemon.Configuration;
using Gantry.Engine.Images.Push;
using Gantry.Registry.Hosts;

namespace Gantry.Daemon.Images;

/// <summary>What the configuration says about registries, as it says now.</summary>
internal sealed class RegistrySettings(LiveOptions options)
{
    public RegistryOptions Current() => new()
    {
        Mirrors = options.Now.RegistryMirrors,
        Insecure = options.Now.InsecureRegistries,
        // Beside the configuration file, so that several daemons can trust different registries.
        CertificatesDirectory = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Now.ConfigFile)) ?? "/", "certs.d"),
        UserAgent = $"gantry/{ProductVersion.Text}",
        Proxy = Proxies(),
        Downloads = options.Now.MaxConcurrentDownloads,
        Uploads = options.Now.MaxConcurrentUploads,
        Attempts = options.Now.MaxDownloadAttempts,
    };

    /// <param name="wanted">By the request; empty for the configuration's.</param>
    public CompressionKind Compression(string wanted) =>
        CompressionKind.Parse(wanted.Length > 0 ? wanted : options.Now.PushCompression);

    /// <summary>The configuration's, and where it says nothing the environment's.</summary>
    /// <exception cref="GantryException">Invalid: what is there is no address.</exception>
    public ProxySettings Proxies()
    {
        (string http, string https, string exceptions) = ProxyTexts();
        return new ProxySettings(http, https, exceptions);
    }

    /// <summary>The same for a program that is run, by the names that curl knows.</summary>
    public IReadOnlyDictionary<string, string> ProxyVariables()
    {
        (string http, string https, string exceptions) = ProxyTexts();
        return new Dictionary<string, string> { ["http_proxy"] = http, ["https_proxy"] = https, ["no_proxy"] = exceptions }
            .Where(pair => pair.Value.Length > 0).ToDictionary();
    }

    private (string Http, string Https, string Exceptions) ProxyTexts()
    {
        DaemonOptions now = options.Now;
        return (now.HttpProxy ?? Environmental("HTTP_PROXY"), now.HttpsProxy ?? Environmental("HTTPS_PROXY"),
            now.NoProxy ?? Environmental("NO_PROXY"));

        static string Environmental(string name) =>
            Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToLowerInvariant()) ?? "";
    }
}
