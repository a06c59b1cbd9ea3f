/// Small texts of our own for what the licences do not show.
enum SampleText {
    static let contract = """
        SERVICES AGREEMENT

        This Agreement is entered into by and between Harbour Lights Ltd. (the "Supplier") and Birchwood
        Clinic (the "Customer") on 3 March 2025.

        1. Services

        The Supplier shall maintain the Customer's heating plant and keep a log of all repairs.

        2. Fees

        The Customer agrees to pay every invoice within 30 days after it was received.

        3. Termination

        Either party may terminate this Agreement with a notice of three months.

        4. Liability

        The Supplier shall not be liable for damage that was caused by frost.

        5. Law

        This Agreement is governed by the laws of Norway.
        """

    static let mit = """
        Copyright (c) 2021-2024 Ada Example

        Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to deal in
        it without restriction, subject to the following conditions: this notice is kept in all copies.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND. IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR
        ANY CLAIM.
        """

    static let notes = """
        # Garden notes

        The beans were planted on 2024-05-01 and came up after nine days. The peas needed a fence against the hens.

        ## What to buy

        - twine
        - two bags of compost

        Watering in the evening kept the soil moist for longer than watering at noon did.
        """
}
