namespace Gantry.EndToEnd.Engines;

/// <summary>Base of the tests that share daemons.</summary>
public abstract class EngineTests(SharedDaemons daemons)
{
    /// <param name="name">As <see cref="EveryEngineAttribute"/> gives it: <c>gantry</c>,
    /// <c>docker</c> (both on our daemon), <c>dockerd</c>.</param>
    protected async Task<Engine> Use(string name)
    {
        Engine.SkipUnlessInstalled(name);
        return new Engine(name, await daemons.Of(Engine.DaemonOf(name)));
    }
}
