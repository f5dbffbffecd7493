using System.Diagnostics;

namespace Gantry;

/// <summary>Names the phases of create, start and exec, so that every question about speed starts from where the time goes.</summary>
/// <remarks><c>using var _ = Phase.Start("mount rootfs");</c> costs nothing while nobody listens.</remarks>
public static class Phase
{
    public const string SourceName = "Gantry";

    public static readonly ActivitySource Source = new(SourceName);

    public static Activity? Start(string name) => Source.StartActivity(name);
}
