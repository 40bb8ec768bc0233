namespace InvoiceApproval.Invoices;

/// <summary>Who decided an invoice.</summary>
public enum Decider
{
    /// <summary>The model, which was sure.</summary>
    Model,

    /// <summary>A person, who was asked.</summary>
    Person,

    /// <summary>Nobody answered in time, and a rule says what happens then.</summary>
    Policy,
}
