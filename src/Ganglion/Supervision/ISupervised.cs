namespace Ganglion.Supervision;

/// <summary>What a supervisor starts, and starts again when it breaks.</summary>
internal interface ISupervised
{
    /// <summary>What it is called among the children of its supervisor.</summary>
    string Name { get; }

    /// <summary>Fails when it breaks, once it has been started: stop it, then start it again.</summary>
    Task Broken { get; }

    /// <summary>Starts it, for the first time or after it was stopped.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops it, also one that is broken or has not been started. Never fails.</summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cancellationToken">Ends the patience with what is under way.</param>
    Task StopAsync(string reason, CancellationToken cancellationToken);
}
