namespace Gantry.Build.Dockerfile.Stages;

/// <summary>Arguments that exist without an ARG.</summary>
public static class PredefinedArguments
{
    /// <summary>Of the proxies: RUN has them as variables when the build was given them, and no history or cache key knows them.</summary>
    public static readonly IReadOnlySet<string> Proxies = new HashSet<string>
    {
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy",
        "ALL_PROXY", "all_proxy",
    };

    /// <summary>What FROM sees without a word, and a stage where ARG names it.</summary>
    public static readonly IReadOnlySet<string> Platform = new HashSet<string>
    {
        "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE",
        "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
    };

    /// <summary>What <c>--build-arg</c> may say although no ARG names it, without a warning.</summary>
    public static bool IsKnown(string name) =>
        Proxies.Contains(name) || Platform.Contains(name) || name is "SOURCE_DATE_EPOCH"
            || name.StartsWith("BUILDKIT_", StringComparison.Ordinal);
}
