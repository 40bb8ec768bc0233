namespace Ganglion.Hosting;

/// <summary>The models of a host are not set up as they must be: the message has all that is wrong. The host does not start.</summary>
public sealed class ModelSettingsException : GanglionException
{
    internal ModelSettingsException(IEnumerable<string> faults)
        : base("model-settings-invalid", $"Models are not set up as they must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}")
    {
    }
}
