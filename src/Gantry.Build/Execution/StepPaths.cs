namespace Gantry.Build.Execution;

/// <summary>Where the files of one running step are.</summary>
/// <param name="runDirectory">Of all steps.</param>
internal sealed class StepPaths(string runDirectory, string id)
{
    public string Id { get; } = id;
    /// <summary>The OCI bundle.</summary>
    public string Bundle { get; } = $"{runDirectory}/{id}";
    public string Spec => Bundle + "/config.json";
    public string ShimConfig => Bundle + "/shim.json";
    public string Socket => Bundle + "/shim.sock";
    public string Exit => Bundle + "/exit.json";
    public string Pids => Bundle + "/pids.json";
    public string Hosts => Bundle + "/hosts";
    public string Hostname => Bundle + "/hostname";
    /// <summary>Of what the client gives, by its number.</summary>
    public string OfGift(int number) => FormattableString.Invariant($"{Bundle}/gift-{number}");
    public string ResolvConf => Bundle + "/resolv.conf";
}
