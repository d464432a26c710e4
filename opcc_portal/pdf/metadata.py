"""Say in the file's metadata that it is PDF/UA-1 as well as PDF/A-3a.

WeasyPrint writes one identification only. PDF/A demands that a property it does not know, such as the PDF/UA part, comes
with a description of its schema; hence the second half.
"""

from weasyprint.pdf.metadata import DocumentMetadata

PDF_UA_1 = """
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


class BothStandards(DocumentMetadata):
    def generate_rdf_metadata(self, variant, version, conformance):
        head, end, tail = super().generate_rdf_metadata(variant, version, conformance).rpartition(b"</rdf:RDF>")
        if not end:
            raise ValueError("the metadata has no end")
        return head + PDF_UA_1.encode() + end + tail
