using System.Text;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Daemon.Build;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Tests.Build;

public sealed class ClassicProgressTests
{
    private readonly RunVertex _first = Run("sleep"), _second = Run("yes");
    private readonly StringBuilder _told = new();

    /// <summary>A stage that waits for nobody may write for as long as one before it sleeps.</summary>
    [Fact]
    public void OfAStepThatRunsAheadTheBeginningAndTheEndAreKept()
    {
        ClassicProgress progress = Begin();
        byte[] piece = Encoding.UTF8.GetBytes(new string('y', 1 << 16));
        progress.Output(_second, "begun"u8.ToArray(), false);
        for (int i = 0; i < 200; i++) progress.Output(_second, piece, false);
        progress.Output(_second, "ended"u8.ToArray(), false);
        progress.End();
        string told = _told.ToString();
        Assert.Contains("Step 2/2 : RUN yes\n ---> Running in 0123456789ab\nbegun", told);
        Assert.Contains("is left out here", told);
        Assert.EndsWith("ended", told);
        Assert.InRange(told.Length, 1 << 20, 3 << 20);
    }

    [Fact]
    public void ACharacterOfOneStreamGoesThroughTheOtherOnesInWhole()
    {
        ClassicProgress progress = Begin();
        byte[] umlaut = "ä"u8.ToArray();
        progress.Output(_first, umlaut.AsMemory(0, 1), false);
        progress.Output(_first, "e"u8.ToArray(), true);
        progress.Output(_first, umlaut.AsMemory(1), false);
        Assert.EndsWith("\e[91me\e[0mä", _told.ToString());
    }

    private ClassicProgress Begin()
    {
        PlannedStage first = Stage(_first), second = Stage(_second);
        ClassicProgress progress = new(new BuildPlan([], [first, second], second, []), (_, _) => "", text => _told.Append(text), false);
        progress.Start();
        progress.Started(_first, "fedcba98765432100000");
        progress.Started(_second, "0123456789abcdef0000");
        return progress;
    }

    private static PlannedStage Stage(RunVertex step) =>
        new(null!, null, [new PlannedStep(step.Title, step, new ImageConfig(), null)], null!);

    private static RunVertex Run(string command) => new() { Title = $"RUN {command}", Arguments = [command], Environment = [] };
}
