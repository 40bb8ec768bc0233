namespace Ganglion.Brokers;

/// <summary>What is wrong with options, collected so that all of it is told at once.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _faults = [];

    public bool Any => _faults.Count > 0;

    /// <summary>Notes a fault unless a condition holds.</summary>
    public void Check(bool holds, string fault)
    {
        if (!holds)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>Takes over the faults of a part.</summary>
    public void Add(OptionFaults faults, string of) => _faults.AddRange(faults._faults.Select(fault => $"{of}: {fault}"));

    /// <summary>Tells all that was noted, if anything was.</summary>
    /// <param name="what">Whose faults they are.</param>
    /// <param name="argument">Where it was given.</param>
    /// <exception cref="ArgumentException">There are faults.</exception>
    public void ThrowIfAny(string what, string argument)
    {
        if (Any)
        {
            throw new ArgumentException($"{what} are not valid: {this}.", argument);
        }
    }

    public override string ToString() => string.Join("; ", _faults);
}
